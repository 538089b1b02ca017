// Original file: ../../proto/inventory/v1/inventory.proto


export interface FoundResource {
  'resource_id'?: (string);
  'name'?: (string);
  'type'?: (string);
  'tags'?: (string)[];
  'units_total'?: (number);
  'units_free'?: (number);
}

export interface FoundResource__Output {
  'resource_id': (string);
  'name': (string);
  'type': (string);
  'tags': (string)[];
  'units_total': (number);
  'units_free': (number);
}
