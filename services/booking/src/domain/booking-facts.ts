import type { Booking } from './booking.ts'

const time = (instant: Date | null) => instant?.toISOString() ?? null

/** What the audit keeps of a booking: all that clients see but its history, which the audit is itself. */
export function bookingSnapshot(booking: Booking) {
  return {
    id: booking.id,
    org_id: booking.orgId,
    requester_user_id: booking.requesterUserId,
    status: booking.status,
    start_at: booking.startAt.toISOString(),
    end_at: booking.endAt.toISOString(),
    purpose: booking.purpose,
    items: booking.items.map((item) => ({
      id: item.id,
      resource_id: item.resourceId,
      resource_unit_id: item.resourceUnitId,
      quantity: 1,
      pinned: item.pinned,
      handed_out_at: time(item.handedOutAt),
      handed_out_condition: item.handedOutCondition,
      hand_out_note: item.handOutNote,
      returned_at: time(item.returnedAt),
      returned_condition: item.returnedCondition,
      return_note: item.returnNote,
    })),
    buffer_minutes: booking.bufferMinutes,
    renewals: booking.renewals,
    at_risk:
      booking.atRiskSince === null
        ? null
        : { since: booking.atRiskSince.toISOString(), reason: booking.atRiskReason ?? '' },
    version: booking.version,
    created_at: booking.createdAt.toISOString(),
    cancelled_at: time(booking.cancelledAt),
    picked_up_at: time(booking.pickedUpAt),
    returned_at: time(booking.returnedAt),
    no_show_at: time(booking.noShowAt),
  }
}

/** A booking as clients see it. */
export function bookingFacts(booking: Booking) {
  return {
    ...bookingSnapshot(booking),
    history: booking.history.map(({ status, at, actorUserId, reason }) => ({
      status,
      at: at.toISOString(),
      actor_user_id: actorUserId,
      reason,
    })),
  }
}
