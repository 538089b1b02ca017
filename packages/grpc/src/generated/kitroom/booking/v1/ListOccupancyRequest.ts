// Original file: ../../proto/booking/v1/booking.proto


export interface ListOccupancyRequest {
  'org_id'?: (string);
  'unit_ids'?: (string)[];
  'from'?: (string);
  'to'?: (string);
}

export interface ListOccupancyRequest__Output {
  'org_id': (string);
  'unit_ids': (string)[];
  'from': (string);
  'to': (string);
}
