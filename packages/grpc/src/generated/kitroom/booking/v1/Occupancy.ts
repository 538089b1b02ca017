// Original file: ../../proto/booking/v1/booking.proto


export interface Occupancy {
  'unit_id'?: (string);
  'start_at'?: (string);
  'end_at'?: (string);
}

export interface Occupancy__Output {
  'unit_id': (string);
  'start_at': (string);
  'end_at': (string);
}
