import type { WaitlistEntry } from './waitlist-entry.ts'

const time = (instant: Date | null) => instant?.toISOString() ?? null

/** What the audit keeps of an entry: all that clients see but its score and rank, which follow from other things. */
export function waitlistSnapshot(entry: WaitlistEntry) {
  return {
    id: entry.id,
    org_id: entry.orgId,
    requester_user_id: entry.requesterUserId,
    status: entry.status,
    start_at: entry.startAt.toISOString(),
    end_at: entry.endAt.toISOString(),
    purpose: entry.purpose,
    items: entry.items.map(({ resourceId, resourceUnitId, quantity }) => ({
      resource_id: resourceId,
      resource_unit_id: resourceUnitId,
      quantity,
    })),
    offer:
      entry.status === 'OFFERED'
        ? {
            start_at: time(entry.offerStartAt),
            end_at: time(entry.offerEndAt),
            items: entry.offered.map(({ resourceId, resourceUnitId }) => ({
              resource_id: resourceId,
              resource_unit_id: resourceUnitId,
            })),
            made_by: entry.offerMadeBy,
          }
        : null,
    offered_at: time(entry.offeredAt),
    offer_expires_at: time(entry.offerExpiresAt),
    booking_id: entry.bookingId,
    reason: entry.reason,
    version: entry.version,
    created_at: entry.createdAt.toISOString(),
    ended_at: time(entry.endedAt),
  }
}
