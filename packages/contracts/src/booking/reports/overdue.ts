import { z } from 'zod'

import { endpoint } from '../../endpoint.ts'
import { listQuery, pageOf } from '../../list.ts'
import { Id } from '../../primitives/id.ts'
import { InstantText } from '../../primitives/instant.ts'
import { Currency } from '../../primitives/locale.ts'
import { repeatable } from '../../primitives/parameter.ts'
import { BookingStatus } from '../booking.ts'
import { report } from './window.ts'

const OverdueKind = z.enum(['OVERDUE', 'AT_RISK']).meta({ id: 'OverdueKind' })

export const OverdueEntry = z
  .object({
    kind: OverdueKind.describe(
      'OVERDUE: a loan that is not back at its end. AT_RISK: a booking whose units may not be there when it starts.',
    ),
    booking_id: Id,
    status: BookingStatus,
    user_id: Id.describe('Whose booking it is.'),
    user_name: z.string().nullable().describe('Null when they have no role in the organisation any more.'),
    user_email: z.string().nullable(),
    start_at: InstantText,
    end_at: InstantText,
    since: InstantText.describe('OVERDUE: its end. AT_RISK: when that was noticed.'),
    reason: z.string().nullable().describe('Why it is at risk; null for OVERDUE.'),
    units: z
      .array(
        z.object({
          resource_unit_id: Id,
          resource_id: Id,
          resource_name: z.string().nullable().describe('Null when the unit was deleted.'),
          barcode: z.string().nullable(),
        }),
      )
      .describe('OVERDUE: what is still out. AT_RISK: what is waited for.'),
    hours_late: z.number().min(0).nullable().describe('To two digits; null for AT_RISK.'),
    fine_cents: z
      .int()
      .min(0)
      .nullable()
      .describe('What it would cost to bring everything back now, by the policy; null for AT_RISK.'),
    currency: Currency.nullable(),
    next_booking: z
      .object({ id: Id, start_at: InstantText, at_risk: z.boolean() })
      .nullable()
      .describe('OVERDUE: the first booking that waits for one of the units.'),
  })
  .meta({ id: 'OverdueEntry' })
export type OverdueEntry = z.infer<typeof OverdueEntry>

export const reportOverdue = endpoint({
  ...report,
  name: 'reportOverdue',
  path: '/reports/overdue',
  summary: 'What is not back in time, and whom it keeps waiting',
  description: 'As it is now: loans beyond their end, and bookings that are at risk, whatever the cause.',
  query: listQuery({
    filters: { kind: repeatable(OverdueKind).optional().describe('Of several, any matches.') },
    sortable: ['since', 'start_at'],
    defaultSort: 'since',
  }),
  replies: { 200: pageOf(OverdueEntry) },
  alsoCsv: {
    file: 'overdue.csv',
    entry: OverdueEntry,
    columns: [
      'kind',
      'booking_id',
      'status',
      'user_id',
      'user_name',
      'user_email',
      'start_at',
      'end_at',
      'since',
      'reason',
      'units.barcode',
      'units.resource_name',
      'units.resource_unit_id',
      'hours_late',
      'fine_cents',
      'currency',
      'next_booking.id',
      'next_booking.start_at',
      'next_booking.at_risk',
    ],
  },
  failures: ['dependency-unavailable'],
})
