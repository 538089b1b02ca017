import { bookings } from './20261121000000_bookings.ts'

/** All of them, in order. What has landed never changes. */
export const migrations = [bookings]
