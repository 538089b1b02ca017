import { z } from 'zod'

import { change } from '../primitives/change.ts'
import { integer } from '../primitives/number.ts'

const WEEK_IN_MINUTES = 7 * 24 * 60

const FineUnit = z.enum(['HOUR', 'DAY']).meta({ id: 'FineUnit' })

const early_pickup_minutes = integer(0, WEEK_IN_MINUTES).describe(
  'How many minutes before `start_at` a booking may be handed out.',
)

const fine = {
  unit: FineUnit.describe('Each started unit of lateness costs `amount_cents`.'),
  amount_cents: integer(0, 1_000_000).describe('In the currency of the organisation; 0 means no fines.'),
  grace_minutes: integer(0, WEEK_IN_MINUTES).describe('Lateness up to this costs nothing.'),
  cap_cents: integer(0, 100_000_000).describe('The most that one late return costs.'),
}

const FinePolicy = z
  .object({
    unit: fine.unit.default('DAY'),
    amount_cents: fine.amount_cents.default(500),
    grace_minutes: fine.grace_minutes.default(60),
    cap_cents: fine.cap_cents.default(5000),
  })
  .meta({ id: 'FinePolicy' })

/** The rules an organisation sets for itself. Members that were never set have their defaults: `Policy.parse({})`. */
export const Policy = z
  .object({
    early_pickup_minutes: early_pickup_minutes.default(60),
    fine: FinePolicy.prefault({}),
  })
  .meta({ id: 'Policy' })
export type Policy = z.infer<typeof Policy>

/** The policy of an organisation that set nothing. */
export const defaultPolicy: Policy = Policy.parse({})

/** What to change in a policy; what is left out stays, also inside `fine`. */
export const PolicyChange = change({
  early_pickup_minutes: early_pickup_minutes.optional(),
  fine: change({
    unit: fine.unit.optional(),
    amount_cents: fine.amount_cents.optional(),
    grace_minutes: fine.grace_minutes.optional(),
    cap_cents: fine.cap_cents.optional(),
  }).optional(),
})
export type PolicyChange = z.infer<typeof PolicyChange>
