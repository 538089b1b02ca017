import { z } from 'zod'

import { Id } from '../../primitives/id.ts'
import { Instant } from '../../primitives/instant.ts'
import { interval, MAX_DAYS } from '../../primitives/period.ts'
import { optionalText } from '../../primitives/text.ts'
import { WishedItems } from '../wish.ts'

/** A loan to somebody who stands at the desk. */
export const WalkIn = z
  .strictObject({
    on_behalf_of: Id.describe('The user who borrows.'),
    end_at: Instant,
    items: WishedItems,
    purpose: optionalText(1000),
    picked_up_at: Instant.optional().describe('When it happened and the loan began; now when left out.'),
  })
  .superRefine(interval('picked_up_at', 'end_at', MAX_DAYS))
export type WalkIn = z.infer<typeof WalkIn>

/** A later end of a booking. */
export const Extension = z.strictObject({ end_at: Instant })
export type Extension = z.infer<typeof Extension>
