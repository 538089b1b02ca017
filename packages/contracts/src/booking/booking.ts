import { z } from 'zod'

import { UnitCondition } from '../inventory/unit.ts'
import { Id } from '../primitives/id.ts'
import { InstantText } from '../primitives/instant.ts'
import { Version } from '../primitives/number.ts'

export const BookingStatus = z
  .enum(['DRAFT', 'PENDING', 'APPROVED', 'CHECKED_OUT', 'RETURNED', 'REJECTED', 'CANCELLED'])
  .meta({ id: 'BookingStatus' })
export type BookingStatus = z.infer<typeof BookingStatus>

/** One unit of a booking. */
export const BookingItem = z
  .object({
    id: Id,
    resource_id: Id,
    resource_unit_id: Id.nullable().describe('Null only while a draft has no unit chosen yet.'),
    quantity: z.literal(1).describe('Always 1: asking for five gives five items.'),
    pinned: z
      .boolean()
      .describe('Asked for as this very unit. Others may be moved to a like unit until hand-out.'),
    handed_out_at: InstantText.nullable(),
    handed_out_condition: UnitCondition.nullable().describe('As the desk saw it; null when nobody looked.'),
    hand_out_note: z.string().nullable(),
    returned_at: InstantText.nullable(),
    returned_condition: UnitCondition.nullable().describe('As the desk saw it; null when nobody looked.'),
    return_note: z.string().nullable(),
  })
  .meta({ id: 'BookingItem' })
export type BookingItem = z.infer<typeof BookingItem>

export const StatusChange = z
  .object({
    status: BookingStatus,
    at: InstantText,
    actor_user_id: Id.nullable().describe('Null for the system itself.'),
    reason: z.string().nullable(),
  })
  .meta({ id: 'StatusChange' })
export type StatusChange = z.infer<typeof StatusChange>

export const Booking = z
  .object({
    id: Id,
    org_id: Id,
    requester_user_id: Id,
    status: BookingStatus,
    start_at: InstantText,
    end_at: InstantText.describe('The first instant after the booking: another may start then.'),
    purpose: z.string().nullable(),
    items: z.array(BookingItem),
    buffer_minutes: z.int().min(0).describe('How long its units are kept from others after `end_at`.'),
    renewals: z.int().min(0).describe('How often it was extended.'),
    at_risk: z
      .object({ since: InstantText, reason: z.string() })
      .nullable()
      .describe('Why it is doubtful that its units will be there at `start_at`; null when nothing is known.'),
    version: Version,
    created_at: InstantText,
    cancelled_at: InstantText.nullable(),
    picked_up_at: InstantText.nullable(),
    returned_at: InstantText.nullable(),
    no_show_at: InstantText.nullable().describe(
      'When its units were given free because nobody came for them.',
    ),
    history: z.array(StatusChange).describe('Every status it has had, oldest first.'),
  })
  .meta({ id: 'Booking' })
export type Booking = z.infer<typeof Booking>
