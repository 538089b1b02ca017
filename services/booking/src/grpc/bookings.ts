import type { Implementation } from '@kitroom/grpc'

import type { BookingReads } from '../use-cases/ports.ts'

/** What the booking service answers to other services. */
export const bookings = ({
  batch,
  busy,
}: Pick<BookingReads, 'batch' | 'busy'>): Implementation<'Bookings'> => ({
  async batchGetBookings({ org_id, booking_ids }) {
    const found = await batch(org_id, booking_ids.slice(0, 100))
    return {
      bookings: found.map(({ id, status, requester_user_id, start_at, end_at, version, items }) => ({
        id,
        status,
        requester_user_id,
        start_at,
        end_at,
        version,
        items: items.map((item) => ({ ...item, resource_unit_id: item.resource_unit_id ?? '' })),
      })),
    }
  },
  async listOccupancy({ org_id, unit_ids, from, to }) {
    const window = { startAt: new Date(from), endAt: new Date(to) }
    const placements = await busy(org_id, unit_ids.slice(0, 100), window)
    return {
      occupancies: placements.map(({ unitId, period }) => ({
        unit_id: unitId,
        start_at: period.startAt.toISOString(),
        end_at: period.endAt.toISOString(),
      })),
    }
  },
})
