// Original file: ../../proto/booking/v1/booking.proto


export interface BatchGetBookingsRequest {
  'org_id'?: (string);
  'booking_ids'?: (string)[];
}

export interface BatchGetBookingsRequest__Output {
  'org_id': (string);
  'booking_ids': (string)[];
}
