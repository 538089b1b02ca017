import { type Database, type Query, sql, type Transaction } from '@kitroom/database'

import { daysRemembered } from '../domain/rules/ladder.ts'
import type { LendingPolicy } from '../domain/rules/lending-policy.ts'
import type { Holdings } from '../domain/rules/quota.ts'
import type { Tenure } from '../domain/rules/renewals.ts'
import type { BorrowerReads, BorrowerRecord, BorrowerStore } from '../use-cases/rules/ports.ts'

/** The name of the lock under which a borrower's bookings are counted against a quota (docs/decisions/0003). */
const lockName = (orgId: string, userId: string) => `booking:borrower:${orgId}:${userId}`

interface ConductRow {
  user_id: string
  now: Date
  late_returns: string[]
  open_fines: number
  open_cents: number
}

/**
 * What speaks against borrowers, in one statement. Late is what came back after its end and the fine's grace; one waived
 * fine of the booking forgives it, unless that charged for what was thought lost.
 */
export async function conductsOf(
  query: Query,
  orgId: string,
  userIds: readonly string[],
  { fine, ladder }: LendingPolicy,
): Promise<ReadonlyMap<string, BorrowerRecord>> {
  const rows = await query(sql<ConductRow>`
    select asked.user_id, clock_timestamp() as now, late.returns as late_returns, debt.fines as open_fines, debt.cents as open_cents
    from unnest(${[...userIds]}::uuid[]) as asked (user_id)
    cross join lateral (
      select coalesce(jsonb_agg(b.returned_at order by b.returned_at), '[]') as returns
      from booking b
      where b.org_id = ${orgId} and b.requester_user_id = asked.user_id and b.returned_at > b.end_at
        and b.returned_at > b.end_at + make_interval(mins => ${fine.graceMinutes})
        and b.returned_at >= clock_timestamp() - make_interval(hours => ${24 * daysRemembered(ladder)})
        and not exists (
          select from fine f
          where f.org_id = b.org_id and f.booking_id = b.id and f.status = 'WAIVED' and not exists (
            select from replacement_charge r where r.org_id = f.org_id and r.fine_id = f.id))
    ) as late
    cross join lateral (
      select count(id) as fines, coalesce(sum(amount_cents), 0)::bigint as cents
      from fine
      where org_id = ${orgId} and user_id = asked.user_id and status = 'OPEN'
    ) as debt`)
  return new Map(
    rows.map(({ user_id, now, late_returns, open_fines, open_cents }) => [
      user_id,
      {
        now,
        lateReturns: late_returns.map((returned) => new Date(returned)),
        openFines: { count: open_fines, amountCents: open_cents },
      },
    ]),
  )
}

/** Units that are back already do not count, though others of their loan are out. */
export async function holdingsOf(
  query: Query,
  orgId: string,
  userIds: readonly string[],
): Promise<ReadonlyMap<string, Holdings>> {
  const rows = await query(sql<{ user_id: string; bookings: number; units: number }>`
    select asked.user_id, held.bookings, held.units
    from unnest(${[...userIds]}::uuid[]) as asked (user_id)
    cross join lateral (
      select count(distinct b.id) as bookings, count(i.id) as units
      from booking b
      left join booking_item i on i.org_id = b.org_id and i.booking_id = b.id and i.returned_at is null
      where b.org_id = ${orgId} and b.requester_user_id = asked.user_id
        and b.status in ('PENDING', 'APPROVED', 'CHECKED_OUT')
    ) as held`)
  return new Map(rows.map(({ user_id, bookings, units }) => [user_id, { activeBookings: bookings, units }]))
}

/** @throws Error where the database did not tell of somebody who was asked about */
export function toldOf<Told>(told: ReadonlyMap<string, Told>, userId: string): Told {
  const found = told.get(userId)
  if (found === undefined) throw new Error('nothing was told of a borrower')
  return found
}

/** What borrowers have and had, as one transaction sees it. */
export const borrowerStore = (
  { query, lock }: Pick<Transaction, 'query' | 'lock'>,
  orgId: string,
): BorrowerStore => ({
  lock: (userId) => lock([lockName(orgId, userId)]),

  record: async (userId, policy) => toldOf(await conductsOf(query, orgId, [userId], policy), userId),

  holdings: async (userId) => toldOf(await holdingsOf(query, orgId, [userId]), userId),

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
      ...toldOf(await conductsOf(query, orgId, [userId], policy), userId),
      ...toldOf(await holdingsOf(query, orgId, [userId]), userId),
    })),
})
