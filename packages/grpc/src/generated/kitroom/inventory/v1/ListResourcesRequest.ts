// Original file: ../../proto/inventory/v1/inventory.proto


export interface ListResourcesRequest {
  'org_id'?: (string);
  'after_id'?: (string);
  'resource_ids'?: (string)[];
}

export interface ListResourcesRequest__Output {
  'org_id': (string);
  'after_id': (string);
  'resource_ids': (string)[];
}
