import { z } from 'zod'

import { Role } from '../caller.ts'
import { Id } from '../primitives/id.ts'
import { InstantText } from '../primitives/instant.ts'

const count = () => z.int().min(0)
const limit = () => count().nullable().describe('Null: any number.')

const Block = z
  .object({
    rule: z.enum(['ladder.strikes', 'ladder.debt_limit_cents']).describe('Its path in the policy.'),
    limit: count(),
    actual: count(),
    until: InstantText.nullable().describe('When it ends by itself; null: it does not.'),
    ends: z.string().describe('What ends it, in a sentence.'),
  })
  .meta({ id: 'Block' })

/** Where a borrower stands with the organisation's rules. */
export const Standing = z
  .object({
    user_id: Id,
    role: Role.describe('The strongest the borrower holds: whose quotas count.'),
    strikes: z.object({
      count: count().describe('Late returns within the window, without those whose fine was waived.'),
      limit: limit().describe('So many suspend; null: nothing does.'),
      window_days: z.int().min(1),
    }),
    suspended_until: InstantText.nullable(),
    open_fines: z.object({
      count: count(),
      amount_cents: count(),
      currency: z.string(),
      limit_cents: limit().describe('So much blocks; null: nothing does.'),
    }),
    active_bookings: z
      .object({ count: count(), limit: limit() })
      .describe('PENDING, APPROVED or CHECKED_OUT.'),
    units: z.object({ count: count(), limit: limit() }).describe('In active bookings and not back yet.'),
    blocked: z
      .array(Block)
      .describe(
        'What keeps the borrower from borrowing: the `reasons` of `borrower-blocked`. Empty: nothing.',
      ),
  })
  .meta({ id: 'Standing' })
export type Standing = z.infer<typeof Standing>
