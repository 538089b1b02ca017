import { Id, Instant } from '@kitroom/contracts'
import { invalid } from '@kitroom/errors'
import type { Implementation } from '@kitroom/grpc'
import { z } from 'zod'

import type { BookingReads } from '../use-cases/ports.ts'

const Ids = z.array(Id).max(100)
const BatchGetBookings = z.object({ org_id: Id, booking_ids: Ids })
const ListOccupancy = z
  .object({ org_id: Id, unit_ids: Ids, from: Instant, to: Instant })
  .refine(({ from, to }) => from < to, { path: ['to'], message: 'Ask for a time that ends after it begins.' })

/** What the booking service answers to other services. */
export const bookings = ({
  batch,
  busy,
}: Pick<BookingReads, 'batch' | 'busy'>): Implementation<'Bookings'> => ({
  async batchGetBookings(request) {
    const { org_id, booking_ids } = read(BatchGetBookings, request)
    const found = await batch(org_id, booking_ids)
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
  async listOccupancy(request) {
    const { org_id, unit_ids, from, to } = read(ListOccupancy, request)
    const placements = await busy(org_id, unit_ids, { startAt: from, endAt: to })
    return {
      occupancies: placements.map(({ unitId, period }) => ({
        unit_id: unitId,
        start_at: period.startAt.toISOString(),
        end_at: period.endAt.toISOString(),
      })),
    }
  },
})

function read<Schema extends z.ZodType>(schema: Schema, request: unknown): z.output<Schema> {
  const parsed = schema.safeParse(request)
  if (parsed.success) return parsed.data
  throw invalid(
    parsed.error.issues.map(({ path, message }) => ({ parameter: path.join('.'), detail: message })),
  )
}
