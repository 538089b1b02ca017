import { z } from 'zod'

import { Role } from '../caller.ts'
import { Id } from '../primitives/id.ts'
import { InstantText } from '../primitives/instant.ts'
import { Version } from '../primitives/number.ts'
import { Booking } from './booking.ts'

export const WaitlistStatus = z
  .enum(['WAITING', 'OFFERED', 'ACCEPTED', 'EXPIRED', 'CANCELLED', 'REJECTED'])
  .meta({ id: 'WaitlistStatus' })
export type WaitlistStatus = z.infer<typeof WaitlistStatus>

/** One thing a waitlist entry asks for. */
export const WaitlistItem = z
  .object({
    resource_id: Id,
    resource_unit_id: Id.nullable().describe('This very unit; null when any unit of the resource will do.'),
    quantity: z.int().min(1).describe('How many units.'),
  })
  .meta({ id: 'WaitlistItem' })
export type WaitlistItem = z.infer<typeof WaitlistItem>

const factor = <Value extends z.ZodType>(value: Value) =>
  z.object({
    value,
    weight: z.number().describe('Points for each, by the policy of the organisation.'),
    points: z.number(),
  })

/** What a priority score is the sum of. */
export const ScoreFactors = z
  .object({
    age: factor(z.number()).describe('Days since the entry was made, with fractions.'),
    role: factor(Role).describe('The strongest role of the requester.'),
    late_returns: factor(z.int()).describe('In the last 365 days, beyond the grace of the fines.'),
    open_fines: factor(z.int()),
    active_bookings: factor(z.int()).describe('PENDING, APPROVED or CHECKED_OUT.'),
  })
  .meta({ id: 'ScoreFactors' })
export type ScoreFactors = z.infer<typeof ScoreFactors>

/** Units held for an entry. */
export const Offer = z
  .object({
    start_at: InstantText,
    end_at: InstantText,
    items: z.array(z.object({ resource_id: Id, resource_unit_id: Id })),
    made_by: Id.nullable().describe('The member of staff who made it; null for the system itself.'),
  })
  .meta({ id: 'Offer' })
export type Offer = z.infer<typeof Offer>

export const WaitlistEntry = z
  .object({
    id: Id,
    org_id: Id,
    requester_user_id: Id,
    status: WaitlistStatus,
    start_at: InstantText,
    end_at: InstantText,
    purpose: z.string().nullable(),
    items: z.array(WaitlistItem).describe('As asked for.'),
    priority_score: z.number().describe('The sum of the points of `score_factors`.'),
    score_factors: ScoreFactors,
    rank: z
      .int()
      .min(1)
      .nullable()
      .describe('Its place among all that wait in the organisation, from 1; null unless WAITING.'),
    offer: Offer.nullable().describe('What is held for it; null unless OFFERED.'),
    offer_expires_at: InstantText.nullable().describe('Until when the offer can be accepted.'),
    booking_id: Id.nullable().describe('The booking it became; null unless ACCEPTED.'),
    reason: z.string().nullable().describe('Why it ended, where a reason was given.'),
    version: Version,
    created_at: InstantText,
    ended_at: InstantText.nullable(),
  })
  .meta({ id: 'WaitlistEntry' })
export type WaitlistEntry = z.infer<typeof WaitlistEntry>

/** An offer that was taken, and the booking it became. */
export const AcceptedOffer = z
  .object({ entry: WaitlistEntry, booking: Booking })
  .meta({ id: 'AcceptedOffer' })
export type AcceptedOffer = z.infer<typeof AcceptedOffer>
