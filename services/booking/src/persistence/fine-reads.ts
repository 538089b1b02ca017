import type { Fine, Payment } from '@kitroom/contracts'
import { type Database, readPage, type Sql, sql } from '@kitroom/database'

import type { FineFilters, FineReads } from '../use-cases/ports.ts'
import { utc } from './utc.ts'

const FINE = sql`
  f.id, f.org_id, f.user_id, f.booking_id, f.reason, f.amount_cents, f.currency, f.status, f.waiver_reason,
  (select payment_id from payment_fine p where p.org_id = f.org_id and p.fine_id = f.id) as payment_id,
  f.version, ${utc('f.created_at')} as created_at`

const PAYMENT = sql`
  p.id, p.org_id, p.number, p.user_id, p.amount_cents, p.currency, p.method, ${utc('p.paid_at')} as paid_at,
  array(select fine_id::text from payment_fine of_it
        where of_it.org_id = p.org_id and of_it.payment_id = p.id order by fine_id) as fine_ids`

function conditions(orgId: string, { status, user, booking_id }: FineFilters): Sql[] {
  const where: Sql[] = [sql`f.org_id = ${orgId}`]
  if (status !== undefined) where.push(sql`f.status = any(${[...status]}::text[])`)
  if (user !== undefined) where.push(sql`f.user_id = ${user}`)
  if (booking_id !== undefined) where.push(sql`f.booking_id = ${booking_id}`)
  return where
}

export function fineReads(database: Database): FineReads {
  return {
    list: (orgId, filters) =>
      database.read(orgId, (query) =>
        readPage<Fine>(query, {
          select: FINE,
          from: sql`fine f`,
          where: conditions(orgId, filters),
          fields: {
            created_at: { expression: sql`f.created_at`, type: 'timestamptz' },
            amount_cents: { expression: sql`f.amount_cents`, type: 'bigint' },
          },
          id: sql`f.id`,
          request: filters,
          scope: [orgId, filters.status, filters.user, filters.booking_id],
        }),
      ),
    one: (orgId, id) =>
      database.read(orgId, async (query) => {
        const [fine] = await query(
          sql<Fine>`select ${FINE} from fine f where f.org_id = ${orgId} and f.id = ${id}`,
        )
        return fine
      }),
    payment: (orgId, id) =>
      database.read(orgId, async (query) => {
        const [payment] = await query(
          sql<Payment>`select ${PAYMENT} from payment p where p.org_id = ${orgId} and p.id = ${id}`,
        )
        return payment
      }),
  }
}
