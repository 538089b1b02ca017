// Original file: ../../proto/booking/v1/booking.proto

import type { Occupancy as _kitroom_booking_v1_Occupancy, Occupancy__Output as _kitroom_booking_v1_Occupancy__Output } from '../../../kitroom/booking/v1/Occupancy.ts';

export interface ListOccupancyResponse {
  'occupancies'?: (_kitroom_booking_v1_Occupancy)[];
}

export interface ListOccupancyResponse__Output {
  'occupancies': (_kitroom_booking_v1_Occupancy__Output)[];
}
