import { z } from 'zod'

import { endpoint } from '../../endpoint.ts'
import { listQuery, pageOf } from '../../list.ts'
import { Id } from '../../primitives/id.ts'
import { InstantText } from '../../primitives/instant.ts'
import { interval, MAX_DAYS } from '../../primitives/period.ts'
import { report, window } from './window.ts'

const Count = z.int().min(0)

export const NoShows = z
  .object({
    user_id: Id,
    user_name: z.string().nullable().describe('Null when they have no role in the organisation any more.'),
    user_email: z.string().nullable(),
    no_shows: Count.describe('`released` and `never_collected` together.'),
    released: Count.describe('Bookings whose units were given free because nobody came.'),
    never_collected: Count.describe(
      'APPROVED bookings that ended without anybody coming, but for those at risk.',
    ),
    bookings: Count.describe('`no_shows` and all their bookings of that time that were collected.'),
    share: z.number().min(0).max(1).describe('`no_shows` ÷ `bookings`, to four digits.'),
    latest_start_at: InstantText.describe('When the latest of them should have begun.'),
    booking_ids: z.array(Id).max(50).describe('The latest of them, newest first.'),
  })
  .meta({ id: 'NoShows' })
export type NoShows = z.infer<typeof NoShows>

export const reportNoShows = endpoint({
  ...report,
  name: 'reportNoShows',
  path: '/reports/no-shows',
  summary: 'Who does not come for what they booked',
  description: 'A row per borrower with bookings that should have begun within `[from, to)` and did not.',
  query: listQuery({
    filters: window,
    sortable: ['no_shows', 'share', 'latest_start_at'],
    defaultSort: '-no_shows,-latest_start_at',
  }).superRefine(interval('from', 'to', MAX_DAYS)),
  replies: { 200: pageOf(NoShows) },
  alsoCsv: {
    file: 'no-shows.csv',
    entry: NoShows,
    columns: [
      'user_id',
      'user_name',
      'user_email',
      'no_shows',
      'released',
      'never_collected',
      'bookings',
      'share',
      'latest_start_at',
      'booking_ids',
    ],
  },
  failures: ['dependency-unavailable'],
})
