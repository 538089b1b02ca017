// Original file: ../../proto/inventory/v1/inventory.proto


export interface FindLendableResourcesRequest {
  'org_id'?: (string);
  'type'?: (string);
  'tags'?: (string)[];
  'q'?: (string);
  'taken_unit_ids'?: (string)[];
  'free_only'?: (boolean);
  'limit'?: (number);
  'page'?: (number);
  'cursor'?: (string);
  'descending'?: (boolean);
  'cursor_scope'?: (string);
}

export interface FindLendableResourcesRequest__Output {
  'org_id': (string);
  'type': (string);
  'tags': (string)[];
  'q': (string);
  'taken_unit_ids': (string)[];
  'free_only': (boolean);
  'limit': (number);
  'page': (number);
  'cursor': (string);
  'descending': (boolean);
  'cursor_scope': (string);
}
