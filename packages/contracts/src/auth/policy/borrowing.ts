import { z } from 'zod'

import { ResourceType } from '../../inventory/resource.ts'
import { change } from '../../primitives/change.ts'
import { integer } from '../../primitives/number.ts'
import { DAYS_OF_TEN_YEARS, group } from './group.ts'

const quota = () =>
  group('Quota', {
    active_bookings: integer(0, 10_000)
      .nullable()
      .describe('How many bookings one person may have PENDING, APPROVED or CHECKED_OUT; null: any number.')
      .default(null),
    units: integer(0, 100_000)
      .nullable()
      .describe('How many units these may hold together; null: any number.')
      .default(null),
  })
const { kept: Quota, change: QuotaChange } = quota()

/** By the strongest role of the borrower. */
export const Quotas = z
  .object({ student: Quota.prefault({}), staff: Quota.prefault({}), admin: Quota.prefault({}) })
  .meta({ id: 'Quotas' })
export const QuotasChange = change({
  student: QuotaChange.optional(),
  staff: QuotaChange.optional(),
  admin: QuotaChange.optional(),
})

const Approval = z.enum(['REQUIRED', 'AUTOMATIC']).meta({ id: 'Approval' })
const MOST_TYPES = 100

/** Which bookings are approved at once, and which by staff. */
export const { kept: ApprovalPolicy, change: ApprovalChange } = group('ApprovalPolicy', {
  default: Approval.describe('For resources of all types that `by_type` does not name.').default('REQUIRED'),
  by_type: z
    .record(ResourceType, Approval)
    .refine(
      (types) => Object.keys(types).length <= MOST_TYPES,
      `Name at most ${MOST_TYPES} types of resources.`,
    )
    .describe(
      'By the type of a resource. A booking is approved at once when that of each of its resources is AUTOMATIC.',
    )
    .default({}),
})

/** How often the end of a loan may be moved later. */
export const { kept: RenewalPolicy, change: RenewalChange } = group('RenewalPolicy', {
  max: integer(0, 1000)
    .nullable()
    .describe('How often a loan and those it continues may be extended together; null: any number of times.')
    .default(2),
  chain_gap_hours: integer(0, 24 * DAYS_OF_TEN_YEARS)
    .describe(
      'A booking of the same person and unit that starts at most so long after another one continues it.',
    )
    .default(24),
})
