// Original file: ../../proto/booking/v1/booking.proto

import type { Booking as _kitroom_booking_v1_Booking, Booking__Output as _kitroom_booking_v1_Booking__Output } from '../../../kitroom/booking/v1/Booking.ts';

export interface BatchGetBookingsResponse {
  'bookings'?: (_kitroom_booking_v1_Booking)[];
}

export interface BatchGetBookingsResponse__Output {
  'bookings': (_kitroom_booking_v1_Booking__Output)[];
}
