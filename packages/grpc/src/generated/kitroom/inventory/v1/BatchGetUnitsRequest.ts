// Original file: ../../proto/inventory/v1/inventory.proto


export interface BatchGetUnitsRequest {
  'org_id'?: (string);
  'unit_ids'?: (string)[];
}

export interface BatchGetUnitsRequest__Output {
  'org_id': (string);
  'unit_ids': (string)[];
}
