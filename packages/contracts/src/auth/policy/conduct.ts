import { z } from 'zod'

import { change } from '../../primitives/change.ts'
import { integer } from '../../primitives/number.ts'
import { changed, DAYS_OF_TEN_YEARS, group, MINUTES_OF_A_WEEK, MOST_CENTS } from './group.ts'

const FineUnit = z.enum(['HOUR', 'DAY']).meta({ id: 'FineUnit' })

export const { kept: FinePolicy, change: FineChange } = group('FinePolicy', {
  unit: FineUnit.describe('Each started unit of lateness costs `amount_cents`.').default('DAY'),
  amount_cents: integer(0, 1_000_000)
    .describe('In the currency of the organisation; 0 means no fines.')
    .default(500),
  grace_minutes: integer(0, MINUTES_OF_A_WEEK)
    .describe('Lateness up to this costs nothing and is no strike.')
    .default(60),
  cap_cents: integer(0, MOST_CENTS).describe('The most that one late return costs.').default(5000),
})

export const { kept: LadderPolicy, change: LadderChange } = group('LadderPolicy', {
  strikes: integer(1, 1000)
    .nullable()
    .describe(
      'So many late returns within `window_days` suspend their borrower; one whose fine was waived does not count. Null: no suspensions.',
    )
    .default(3),
  window_days: integer(1, DAYS_OF_TEN_YEARS).default(365),
  suspension_days: integer(1, DAYS_OF_TEN_YEARS)
    .describe('How long after the last of them the suspension ends.')
    .default(14),
  debt_limit_cents: integer(1, MOST_CENTS)
    .nullable()
    .describe('Open fines of so much together block their borrower; null: never.')
    .default(5000),
  replacement_after_days: integer(1, DAYS_OF_TEN_YEARS)
    .nullable()
    .describe('How many days after its end a loan that is not back is charged as lost; null: never.')
    .default(null),
  replacement_cents: integer(0, MOST_CENTS).describe('What is charged for each of its units.').default(0),
})

const weight = () => integer(-1_000_000, 1_000_000)

const roleWeights = {
  student: weight().default(0),
  staff: weight().default(50),
  admin: weight().default(50),
}
const score = {
  per_day_waiting: weight().describe('For each day since the request was made.').default(10),
  late_return: weight().describe('For each late return of the last year.').default(-20),
  open_fine: weight().describe('For each fine that is open.').default(-10),
  active_booking: weight().describe('For each booking that is PENDING, APPROVED or CHECKED_OUT.').default(-5),
}

/** What the priority of a waitlist entry is made of. */
export const ScoreWeights = z
  .object({
    ...score,
    role: z.object(roleWeights).meta({ id: 'RoleWeights' }).prefault({}),
  })
  .meta({ id: 'ScoreWeights' })
export const ScoreChange = change({ ...changed(score), role: change(changed(roleWeights)).optional() })

export const { kept: WaitlistPolicy, change: WaitlistChange } = group('WaitlistPolicy', {
  live_entries: integer(1, 1000)
    .nullable()
    .describe('How many entries one person may have WAITING or OFFERED; null: any number.')
    .default(50),
  lapses: integer(1, 1000)
    .nullable()
    .describe(
      'After so many offers declined or let lapse within `lapse_window_days` one cannot join again until they are older; null: never.',
    )
    .default(10),
  lapse_window_days: integer(1, DAYS_OF_TEN_YEARS).default(30),
})
