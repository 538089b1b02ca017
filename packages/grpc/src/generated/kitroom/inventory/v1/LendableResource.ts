// Original file: ../../proto/inventory/v1/inventory.proto


export interface LendableResource {
  'resource_id'?: (string);
  'name'?: (string);
  'type'?: (string);
  'lendable'?: (boolean);
  'unit_ids'?: (string)[];
}

export interface LendableResource__Output {
  'resource_id': (string);
  'name': (string);
  'type': (string);
  'lendable': (boolean);
  'unit_ids': (string)[];
}
