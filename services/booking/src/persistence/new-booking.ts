import { type Sql, sql } from '@kitroom/database'

import type { Booking } from '../domain/booking.ts'

/** The statements that write a booking nobody has seen yet: its row, then what refers to it. */
export const insertions = (booking: Booking): Sql[] => [row(booking), itemRows(booking), historyRows(booking)]

const row = (booking: Booking): Sql => sql`
  insert into booking
    (org_id, id, requester_user_id, status, start_at, end_at, purpose, buffer_minutes, renewals, at_risk_since,
     at_risk_reason, no_show_at, created_at, updated_at, cancelled_at, picked_up_at, returned_at, version)
  values
    (${booking.orgId}, ${booking.id}, ${booking.requesterUserId}, ${booking.status}, ${booking.startAt},
     ${booking.endAt}, ${booking.purpose}, ${booking.bufferMinutes}, ${booking.renewals}, ${booking.atRiskSince},
     ${booking.atRiskReason}, ${booking.noShowAt}, ${booking.createdAt}, ${booking.updatedAt},
     ${booking.cancelledAt}, ${booking.pickedUpAt}, ${booking.returnedAt}, ${booking.version})`

/** By name, not as `*`: then the server keeps the statement prepared. */
const ITEM_COLUMNS = sql`id, position, resource_id, resource_unit_id, pinned, handed_out_at, handed_out_condition,
  hand_out_note, returned_at, returned_condition, return_note`

const itemRows = ({ orgId, id: bookingId, items }: Booking): Sql => sql`
  insert into booking_item (org_id, booking_id, ${ITEM_COLUMNS})
  select ${orgId}::uuid, ${bookingId}::uuid, ${ITEM_COLUMNS} from unnest(
    ${items.map(({ id }) => id)}::uuid[], ${items.map(({ position }) => position)}::int[],
    ${items.map(({ resourceId }) => resourceId)}::uuid[], ${items.map((item) => item.resourceUnitId)}::uuid[],
    ${items.map(({ pinned }) => pinned)}::bool[], ${items.map((item) => item.handedOutAt)}::timestamptz[],
    ${items.map((item) => item.handedOutCondition)}::text[], ${items.map((item) => item.handOutNote)}::text[],
    ${items.map(({ returnedAt }) => returnedAt)}::timestamptz[],
    ${items.map((item) => item.returnedCondition)}::text[], ${items.map(({ returnNote }) => returnNote)}::text[]
  ) as item (${ITEM_COLUMNS})`

const historyRows = ({ orgId, id: bookingId, history }: Booking): Sql => sql`
  insert into booking_status_change (org_id, booking_id, id, position, status, at, actor_user_id, reason)
  select ${orgId}::uuid, ${bookingId}::uuid, id, position, status, at, actor_user_id, reason from unnest(
    ${history.map(({ id }) => id)}::uuid[], ${history.map(({ position }) => position)}::int[],
    ${history.map(({ status }) => status)}::text[], ${history.map(({ at }) => at)}::timestamptz[],
    ${history.map(({ actorUserId }) => actorUserId)}::uuid[], ${history.map(({ reason }) => reason)}::text[]
  ) as change (id, position, status, at, actor_user_id, reason)`
