// Original file: ../../proto/booking/v1/booking.proto


export interface BookingItem {
  'id'?: (string);
  'resource_id'?: (string);
  'resource_unit_id'?: (string);
  'pinned'?: (boolean);
}

export interface BookingItem__Output {
  'id': (string);
  'resource_id': (string);
  'resource_unit_id': (string);
  'pinned': (boolean);
}
