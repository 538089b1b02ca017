import { z } from 'zod'

import { change } from '../../primitives/change.ts'
import { integer } from '../../primitives/number.ts'
import { MAX_DAYS } from '../../primitives/period.ts'
import {
  ApprovalChange,
  ApprovalPolicy,
  Quotas,
  QuotasChange,
  RenewalChange,
  RenewalPolicy,
} from './borrowing.ts'
import {
  FineChange,
  FinePolicy,
  LadderChange,
  LadderPolicy,
  ScoreChange,
  ScoreWeights,
  WaitlistChange,
  WaitlistPolicy,
} from './conduct.ts'
import { changed, DAYS_OF_TEN_YEARS, MINUTES_OF_A_WEEK } from './group.ts'
import { Closures, OpeningHours } from './opening.ts'

/** Each is changed as a whole. */
const rules = {
  early_pickup_minutes: integer(0, MINUTES_OF_A_WEEK)
    .describe('How many minutes before `start_at` a booking may be handed out.')
    .default(60),
  longest_booking_days: integer(1, MAX_DAYS).describe('How long a booking may last.').default(MAX_DAYS),
  lead_time_minutes: integer(0, 60 * 24 * 366)
    .describe('How long before its start a booking must be made.')
    .default(0),
  horizon_days: integer(1, DAYS_OF_TEN_YEARS)
    .nullable()
    .describe('How far ahead a booking may start; null: any time.')
    .default(null),
  buffer_minutes: integer(0, 24 * 60)
    .describe('How long a unit rests after a booking before the next may start.')
    .default(0),
  no_show_minutes: integer(0, MINUTES_OF_A_WEEK)
    .nullable()
    .describe('How long after its start a booking nobody came for is released; null: never.')
    .default(null),
  opening_hours: OpeningHours.nullable()
    .describe(
      'In local time of the organisation; bookings start and end within them, and may last over closed time. Null: always open.',
    )
    .default(null),
  closures: Closures.describe(
    'Days, in local dates of the organisation, on which it is closed all day.',
  ).default([]),
}

/** The rules an organisation sets for itself. Members that were never set have their defaults: `Policy.parse({})`. */
export const Policy = z
  .object({
    ...rules,
    quotas: Quotas.prefault({}),
    approval: ApprovalPolicy.prefault({}),
    renewals: RenewalPolicy.prefault({}),
    fine: FinePolicy.prefault({}),
    ladder: LadderPolicy.prefault({}),
    score: ScoreWeights.prefault({}),
    waitlist: WaitlistPolicy.prefault({}),
  })
  .meta({ id: 'Policy' })
export type Policy = z.infer<typeof Policy>

/** The policy of an organisation that set nothing. */
export const defaultPolicy: Policy = Policy.parse({})

/**
 * What to change in a policy. What is left out stays, also inside its groups; `opening_hours`, `closures` and
 * `approval.by_type` are replaced whole.
 */
export const PolicyChange = change({
  ...changed(rules),
  quotas: QuotasChange.optional(),
  approval: ApprovalChange.optional(),
  renewals: RenewalChange.optional(),
  fine: FineChange.optional(),
  ladder: LadderChange.optional(),
  score: ScoreChange.optional(),
  waitlist: WaitlistChange.optional(),
})
export type PolicyChange = z.infer<typeof PolicyChange>
