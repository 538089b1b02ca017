import { randomUUID } from 'node:crypto'

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { inHours } from '@kitroom/testing'

import { enrol, foundOrganization, patiently, type Person } from './client.ts'
import { idOf } from './lists/rows.ts'
import { auditIsSettled, type TestSystem, testSystem } from './test-system.ts'

/** Of each table that remembers what was done. */
const ROWS = 10_000
/** Who come together for one unit, and are looked at together. */
const CROWD = 20
/** PostgreSQL keeps the plan of a prepared statement that it has made five times. */
const TIMES = 8
/** What a statement for so many may read. Of a table of which all is read it would be hundreds. */
const FEW_PAGES = 100

let system: TestSystem
let people: Person[]
let unitIds: string[]
let unit = 0

beforeAll(async () => {
  system = await testSystem()
  const { url, bootstrapToken, sql } = system
  // Statistics come with vacuum or ANALYZE; a rush is quicker.
  await sql('alter system set autovacuum = off')
  await sql('select pg_reload_conf()')
  await sql('create extension pg_stat_statements with schema extensions')
  const admin = await foundOrganization(url, bootstrapToken, 'Behind')
  people = [admin, await enrol(url, admin, 'staff')]
  const units = Array.from({ length: 4 * TIMES + 1 }, (_, number) => ({ barcode: `unit ${number}` }))
  const made = await admin.send('POST', '/resources', {
    body: { type: 'Camera', name: 'Camera', units },
  })
  const { id } = made.body as unknown as { id: string }
  const listed = await admin.send('GET', `/resources/${id}/units?limit=100`)
  unitIds = (listed.body as unknown as { data: { id: string }[] }).data.map((one) => one.id)
})
afterAll(async () => {
  await system[Symbol.asyncDispose]()
})

const book = async (who: number, unitId: string) => {
  const body = { start_at: inHours(24), end_at: inHours(25), items: [{ resource_unit_id: unitId }] }
  const { status } = await patiently(
    () => people[who % people.length]?.send('POST', '/bookings', { body, key: randomUUID() }) ?? never(),
  )
  return status
}
const never = () => {
  throw new Error('nobody is there')
}

/** Somebody books alone, many want one unit, and all of it reaches the audit; more often than a plan is made anew. */
async function bookSometimes(): Promise<void> {
  for (let time = 0; time < TIMES; time++) {
    const [alone = '', wanted = ''] = unitIds.slice(unit, (unit += 2))
    expect(await book(0, alone)).toBe(201)
    const heard = await Promise.all(Array.from({ length: CROWD }, (_, who) => book(who, wanted)))
    expect(heard.filter((status) => status === 201)).toHaveLength(1)
    expect(heard.filter((status) => status === 409)).toHaveLength(CROWD - 1)
  }
  await auditIsSettled(system)
}

/** As if it had been done long ago, and nobody had counted since. */
async function fillUncounted(): Promise<void> {
  const { sql } = system
  const orgId = people[0]?.orgId
  await sql(
    `insert into booking.idempotency_key (org_id, user_id, method, path, key, fingerprint, status, headers, body)
     select $1, $2, 'POST', '/bookings', gen_random_uuid()::text, 'before', 409, '{}', repeat('x', 500)
     from generate_series(1, ${ROWS})`,
    [orgId, people[0]?.id],
  )
  await sql(
    `insert into inventory.resource (org_id, id, type, name, status, units_total, units_available, created_at, updated_at)
     select $1, ${idOf('01')}, 'Lamp', 'Lamp', 'AVAILABLE', 0, 0, now(), now() from generate_series(1, ${ROWS}) as n`,
    [orgId],
  )
  await sql(
    `insert into audit.audit_event (org_id, seq, id, entity_type, entity_id, action, at, received_at, request_id, service,
       prev_hash, hash, canonical)
     select $1, 1000000 + n, ${idOf('30')}, 'Booking', n, 'CREATE', now(), now(), n, 'booking',
       sha256('before'), sha256('after'), '{}' from generate_series(1, ${ROWS}) as n`,
    [orgId],
  )
  // Published and confirmed, each by a change of its row, before the relay can see it.
  await sql(
    `do $$ begin
       insert into booking.outbox (id, org_id, subject, payload, attempt)
       select ${idOf('30')}, '${orgId}', 'kitroom.booking.none', '{}', 99 from generate_series(1, ${ROWS}) as n;
       update booking.outbox set published_at = now(), confirmed_at = now() where attempt = 99;
     end $$`,
  )
}

describe('a system whose tables grew faster than their statistics', () => {
  it('reads as little for a booking as before', async () => {
    await bookSometimes()
    await fillUncounted()
    // Whoever comes first after that still meets all of it.
    expect(await book(0, unitIds[unit++] ?? '')).toBe(201)
    await system.sql('select extensions.pg_stat_statements_reset()')
    await bookSometimes()
    const read = await system.sql<{ pages: number; query: string }>(
      `select (shared_blks_hit + shared_blks_read) / calls as pages, regexp_replace(query, '\\s+', ' ', 'g') as query
       from extensions.pg_stat_statements join pg_roles on pg_roles.oid = userid
       where not rolsuper and (shared_blks_hit + shared_blks_read) / calls > ${FEW_PAGES}`,
    )
    expect(read).toEqual([])
  }, 120_000)
})
