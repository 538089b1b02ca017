import { z } from 'zod'

import { endpoint } from '../../endpoint.ts'
import { listQuery, pageOf } from '../../list.ts'
import { Id } from '../../primitives/id.ts'
import { repeatable } from '../../primitives/parameter.ts'
import { interval, MAX_DAYS } from '../../primitives/period.ts'
import { report, window } from './window.ts'

const Count = z.int().min(0)

export const Demand = z
  .object({
    resource_id: Id,
    resource_name: z.string().nullable().describe('Null when it is not known any more.'),
    requests: Count.describe('`granted`, `refused` and `waitlisted` together.'),
    granted: Count.describe('Bookings that got units of it, whatever became of them later.'),
    refused: Count.describe('Requests, changes, submissions and extensions refused as `unit-unavailable`.'),
    waitlisted: Count.describe('Entries on the waitlist that ask for it.'),
    borrowers_refused: Count.describe('How many different people were refused.'),
    share_refused: z
      .number()
      .min(0)
      .max(1)
      .nullable()
      .describe('`refused` ÷ `requests`, to four digits; null without requests.'),
  })
  .meta({ id: 'Demand' })
export type Demand = z.infer<typeof Demand>

export const reportDemand = endpoint({
  ...report,
  name: 'reportDemand',
  path: '/reports/demand',
  summary: 'What is asked for, and what could not be given',
  description:
    'A row per resource that somebody asked for within `[from, to)`, by when they asked and not for when.',
  query: listQuery({
    filters: {
      ...window,
      resource_id: repeatable(Id, 100).optional().describe('Of several, any matches.'),
    },
    sortable: ['requests', 'granted', 'refused', 'waitlisted', 'share_refused'],
    defaultSort: '-refused,-requests',
  }).superRefine(interval('from', 'to', MAX_DAYS)),
  replies: { 200: pageOf(Demand) },
  alsoCsv: {
    file: 'demand.csv',
    entry: Demand,
    columns: [
      'resource_id',
      'resource_name',
      'requests',
      'granted',
      'refused',
      'waitlisted',
      'borrowers_refused',
      'share_refused',
    ],
  },
  failures: ['dependency-unavailable'],
})
