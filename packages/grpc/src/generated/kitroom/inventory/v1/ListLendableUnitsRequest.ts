// Original file: ../../proto/inventory/v1/inventory.proto


export interface ListLendableUnitsRequest {
  'org_id'?: (string);
  'resource_ids'?: (string)[];
  'unit_ids'?: (string)[];
}

export interface ListLendableUnitsRequest__Output {
  'org_id': (string);
  'resource_ids': (string)[];
  'unit_ids': (string)[];
}
