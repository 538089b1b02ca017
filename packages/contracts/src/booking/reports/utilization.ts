import { z } from 'zod'

import { endpoint } from '../../endpoint.ts'
import { listQuery, pageOf } from '../../list.ts'
import { Id } from '../../primitives/id.ts'
import { Instant, InstantText } from '../../primitives/instant.ts'
import { repeatable } from '../../primitives/parameter.ts'
import { interval, MAX_DAYS } from '../../primitives/period.ts'
import { report, window } from './window.ts'

const Hours = z.number().min(0)
const Share = z.number().min(0).max(1)

export const Utilization = z
  .object({
    resource_id: Id,
    resource_name: z.string(),
    resource_type: z.string(),
    week: z
      .string()
      .regex(/^\d{4}-W\d{2}$/)
      .describe('The ISO 8601 week in the organisation’s time zone, such as 2026-W09.'),
    week_starts_at: InstantText.describe('Its Monday, 00:00 in the organisation’s time zone.'),
    units: z
      .int()
      .min(0)
      .describe('Units that are there now, but for LOST and RETIRED ones; at least as many as were lent.'),
    hours_open: Hours.describe(
      'How long the desk was open, by the policy’s opening hours and closures, as far as the week lies within the report’s time and the past.',
    ),
    hours_lent: Hours.describe(
      'Of all units together: hours with a borrower, from hand-out until return, while the desk was open.',
    ),
    hours_out: Hours.describe('The same with the hours in which the desk was closed.'),
    utilization: Share.nullable().describe(
      '`hours_lent` ÷ (`hours_open` × `units`), to four digits; null when that is nothing.',
    ),
    utilization_overall: Share.nullable().describe('The same over all weeks of the report.'),
  })
  .meta({ id: 'Utilization' })
export type Utilization = z.infer<typeof Utilization>

export const reportUtilization = endpoint({
  ...report,
  name: 'reportUtilization',
  path: '/reports/utilization',
  summary: 'How much of the time is each resource lent',
  description:
    'A row per resource and week, also for what was not lent; a deleted resource only if it was. The statement is explained in docs/reports.md.',
  query: listQuery({
    filters: {
      from: Instant.optional().describe(
        'The Monday, in the organisation’s time zone, that makes twelve weeks with the one of `to`, when left out.',
      ),
      to: window.to,
      resource_id: repeatable(Id, 100).optional().describe('Of several, any matches.'),
    },
    sortable: ['week', 'resource_name', 'utilization', 'utilization_overall', 'hours_lent'],
    defaultSort: '-week,resource_name',
  }).superRefine(interval('from', 'to', MAX_DAYS)),
  replies: { 200: pageOf(Utilization) },
  alsoCsv: {
    file: 'utilization.csv',
    entry: Utilization,
    columns: [
      'week',
      'week_starts_at',
      'resource_id',
      'resource_name',
      'resource_type',
      'units',
      'hours_open',
      'hours_lent',
      'hours_out',
      'utilization',
      'utilization_overall',
    ],
  },
  failures: ['dependency-unavailable'],
})
