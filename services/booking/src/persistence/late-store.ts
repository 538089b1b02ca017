import { type Database, sql, type Transaction } from '@kitroom/database'

import { fineSnapshot } from '../domain/fine-facts.ts'
import type { LateReads, LateStore, WaitingBooking } from '../use-cases/late/ports.ts'

/** Units that are with the borrower of a loan beyond its end. */
const lateUnits = (orgId: string) => sql`
  select item.resource_unit_id as unit_id
  from booking join booking_item as item on item.org_id = booking.org_id and item.booking_id = booking.id
  where booking.org_id = ${orgId} and booking.status = 'CHECKED_OUT' and booking.end_at <= clock.now
    and item.handed_out_at is not null and item.returned_at is null`

type WaitingRow = Omit<WaitingBooking, 'resourceIds'> & { resourceIds: string[]; now: Date }

/** What the look-out reads: first, as the job, where there is anything to do; then organisation by organisation. */
export const lateReads = (database: Pick<Database, 'read' | 'asRole'>, jobRole: string): LateReads => ({
  troubled: () =>
    database.asRole(jobRole, async (query) => {
      const rows = await query(sql<{ org_id: string }>`
        select org_id from booking where status = 'CHECKED_OUT' and end_at <= now()
        union
        select org_id from booking where at_risk_since is not null and end_at > now()`)
      return rows.map(({ org_id }) => org_id)
    }),

  waiting: (orgId) =>
    database.read(orgId, async (query) => {
      const rows = await query(sql<WaitingRow>`
        with clock as (select now() as now),
        queue as (
          select booking_id, row_number() over (partition by unit_id order by lower(during), item_id) as place
          from clock, lateral (${lateUnits(orgId)}) as late join occupancy using (unit_id)
          where occupancy.org_id = ${orgId} and not collected and booking_id is not null
        ),
        waiting as (
          select booking_id, min(place) = 1 as is_next from queue group by booking_id
        )
        select booking.id, start_at as "startAt", at_risk_reason as "atRiskReason", clock.now,
               is_next is not null as "waitsForLoan", coalesce(is_next, false) as "isNext",
               array(select distinct resource_id::text from booking_item as item
                     where item.org_id = booking.org_id and item.booking_id = booking.id) as "resourceIds"
        from clock, booking left join waiting on booking_id = booking.id
        where booking.org_id = ${orgId} and booking.end_at > clock.now and booking.id in (
          select booking_id from waiting
          union
          select id from booking where org_id = ${orgId} and at_risk_since is not null)
        order by start_at, booking.id`)
      return { now: rows[0]?.now ?? new Date(), bookings: rows }
    }),

  unreplaced: (orgId, days) =>
    database.read(orgId, (query) =>
      query(sql<{ id: string; resourceIds: string[] }>`
        select booking.id, array_agg(distinct item.resource_id::text) as "resourceIds"
        from booking join booking_item as item on item.org_id = booking.org_id and item.booking_id = booking.id
        where booking.org_id = ${orgId} and booking.status = 'CHECKED_OUT'
          and booking.end_at <= now() - make_interval(hours => ${days * 24})
          and item.handed_out_at is not null and item.returned_at is null
          and not exists (select from replacement_charge as charged
                          where charged.org_id = item.org_id and charged.item_id = item.id)
        group by booking.id order by booking.id`),
    ),
})

export const lateStore = ({ em, query, changes, now }: Transaction, orgId: string): LateStore => ({
  async behindLoans(bookingId) {
    const rows = await query(sql<{ item_id: string }>`
      with clock as (select ${now}::timestamptz as now)
      select item_id from clock, lateral (${lateUnits(orgId)}) as late join occupancy using (unit_id)
      where occupancy.org_id = ${orgId} and not collected and booking_id = ${bookingId}`)
    return new Set(rows.map(({ item_id }) => item_id))
  },

  async charged(itemIds) {
    const rows = await query(sql<{ item_id: string }>`
      select item_id from replacement_charge where org_id = ${orgId} and item_id = any(${[...itemIds]}::uuid[])`)
    return new Set(rows.map(({ item_id }) => item_id))
  },

  async charge(itemId, fine) {
    changes.added('Fine', fine, fineSnapshot)
    em.persist(fine)
    // The row that the other refers to comes first: the mappings know of no relations.
    await em.flush()
    await query(sql`
      insert into replacement_charge (org_id, item_id, fine_id) values (${orgId}, ${itemId}, ${fine.id})`)
  },
})
