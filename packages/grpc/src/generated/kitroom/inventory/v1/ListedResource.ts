// Original file: ../../proto/inventory/v1/inventory.proto


export interface ListedResource {
  'resource_id'?: (string);
  'name'?: (string);
  'type'?: (string);
  'units'?: (number);
  'deleted'?: (boolean);
}

export interface ListedResource__Output {
  'resource_id': (string);
  'name': (string);
  'type': (string);
  'units': (number);
  'deleted': (boolean);
}
