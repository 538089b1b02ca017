// Original file: ../../proto/booking/v1/booking.proto

import type { BookingItem as _kitroom_booking_v1_BookingItem, BookingItem__Output as _kitroom_booking_v1_BookingItem__Output } from '../../../kitroom/booking/v1/BookingItem.ts';

export interface Booking {
  'id'?: (string);
  'status'?: (string);
  'requester_user_id'?: (string);
  'start_at'?: (string);
  'end_at'?: (string);
  'items'?: (_kitroom_booking_v1_BookingItem)[];
  'version'?: (number);
}

export interface Booking__Output {
  'id': (string);
  'status': (string);
  'requester_user_id': (string);
  'start_at': (string);
  'end_at': (string);
  'items': (_kitroom_booking_v1_BookingItem__Output)[];
  'version': (number);
}
