import { z } from 'zod'

import { Id } from '../primitives/id.ts'
import { Instant, InstantText } from '../primitives/instant.ts'
import { interval, MAX_DAYS } from '../primitives/period.ts'

export const AvailabilityQuery = z
  .strictObject({ from: Instant, to: Instant })
  .superRefine(interval('from', 'to', MAX_DAYS))
export type AvailabilityQuery = z.infer<typeof AvailabilityQuery>

/** When the units of a resource are taken and how many are free. It never says by whom they are taken. */
export const Availability = z
  .object({
    resource_id: Id,
    from: InstantText,
    to: InstantText,
    units: z
      .array(
        z.object({
          resource_unit_id: Id,
          busy: z.array(z.object({ start_at: InstantText, end_at: InstantText })),
        }),
      )
      .describe('The units that can be lent, each with its busy intervals within the window, in order.'),
    free: z
      .array(z.object({ from: InstantText, to: InstantText, count: z.int().min(0) }))
      .describe('The window cut where the number of free units changes, without gaps.'),
  })
  .meta({ id: 'Availability' })
export type Availability = z.infer<typeof Availability>
