import { type Database, type Query, sql, type Transaction } from '@kitroom/database'

import { daysRemembered } from '../domain/rules/ladder.ts'
import type { LendingPolicy } from '../domain/rules/lending-policy.ts'
import type { Holdings } from '../domain/rules/quota.ts'
import type { Tenure } from '../domain/rules/renewals.ts'
import type { BorrowerReads, BorrowerRecord, BorrowerStore } from '../use-cases/rules/ports.ts'

/** The name of the lock under which a borrower's bookings are counted against a quota (docs/decisions/0003). */
const lockName = (orgId: string, userId: string) => `booking:borrower:${orgId}:${userId}`

interface ConductRow {
  now: Date
  late_returns: string[]
  open_fines: number
  open_cents: number
}

/**
 * What speaks against a borrower, in one statement. Late is what came back after its end and the fine's grace; one waived
 * fine of the booking forgives it, unless that charged for what was thought lost.
 */
async function conductOf(
  query: Query,
  orgId: string,
  userId: string,
  { fine, ladder }: LendingPolicy,
): Promise<BorrowerRecord> {
  const [row] = await query(sql<ConductRow>`
    select clock_timestamp() as now, late.returns as late_returns, debt.fines as open_fines, debt.cents as open_cents
    from (
      select coalesce(jsonb_agg(b.returned_at order by b.returned_at), '[]') as returns
      from booking b
      where b.org_id = ${orgId} and b.requester_user_id = ${userId} and b.returned_at > b.end_at
        and b.returned_at > b.end_at + make_interval(mins => ${fine.graceMinutes})
        and b.returned_at >= clock_timestamp() - make_interval(hours => ${24 * daysRemembered(ladder)})
        and not exists (
          select from fine f
          where f.org_id = b.org_id and f.booking_id = b.id and f.status = 'WAIVED' and not exists (
            select from replacement_charge r where r.org_id = f.org_id and r.fine_id = f.id))
    ) as late, (
      select count(id) as fines, coalesce(sum(amount_cents), 0)::bigint as cents
      from fine
      where org_id = ${orgId} and user_id = ${userId} and status = 'OPEN'
    ) as debt`)
  if (row === undefined) throw new Error('the record of a borrower has no row')
  return {
    now: row.now,
    lateReturns: row.late_returns.map((returned) => new Date(returned)),
    openFines: { count: row.open_fines, amountCents: row.open_cents },
  }
}

/** Units that are back already do not count, though others of their loan are out. */
async function holdingsOf(query: Query, orgId: string, userId: string): Promise<Holdings> {
  const [row] = await query(sql<Holdings>`
    select count(distinct b.id) as "activeBookings", count(i.id) as units
    from booking b
    left join booking_item i on i.org_id = b.org_id and i.booking_id = b.id and i.returned_at is null
    where b.org_id = ${orgId} and b.requester_user_id = ${userId}
      and b.status in ('PENDING', 'APPROVED', 'CHECKED_OUT')`)
  if (row === undefined) throw new Error('the holdings of a borrower have no row')
  return row
}

/** What borrowers have and had, as one transaction sees it. */
export const borrowerStore = (
  { query, lock }: Pick<Transaction, 'query' | 'lock'>,
  orgId: string,
): BorrowerStore => ({
  lock: (userId) => lock([lockName(orgId, userId)]),

  record: (userId, policy) => conductOf(query, orgId, userId, policy),

  holdings: (userId) => holdingsOf(query, orgId, userId),

  tenuresBefore: ({ id, requesterUserId, startAt, claimed }) =>
    query(sql<Tenure>`
      select i.resource_unit_id as "unitId", b.start_at as "startAt",
        coalesce(i.returned_at, b.end_at) as "endAt", b.renewals
      from booking b join booking_item i on i.org_id = b.org_id and i.booking_id = b.id
      where b.org_id = ${orgId} and b.requester_user_id = ${requesterUserId} and b.id <> ${id}
        and b.start_at < ${startAt} and b.status in ('PENDING', 'APPROVED', 'CHECKED_OUT', 'RETURNED')
        and i.resource_unit_id = any(${claimed.map(({ resourceUnitId }) => resourceUnitId)}::uuid[])`),
})

/** The same for screens. */
export const borrowerReads = (database: Pick<Database, 'read'>): BorrowerReads => ({
  borrower: (orgId, userId, policy) =>
    database.read(orgId, async (query) => ({
      ...(await conductOf(query, orgId, userId, policy)),
      ...(await holdingsOf(query, orgId, userId)),
    })),
})
