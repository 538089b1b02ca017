// Original file: ../../proto/inventory/v1/inventory.proto


export interface Unit {
  'id'?: (string);
  'resource_id'?: (string);
  'barcode'?: (string);
  'status'?: (string);
  'lendable'?: (boolean);
  'resource_name'?: (string);
  'resource_type'?: (string);
}

export interface Unit__Output {
  'id': (string);
  'resource_id': (string);
  'barcode': (string);
  'status': (string);
  'lendable': (boolean);
  'resource_name': (string);
  'resource_type': (string);
}
