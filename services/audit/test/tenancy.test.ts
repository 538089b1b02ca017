import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { sql } from '@kitroom/database'
import { v7 as uuidv7 } from 'uuid'

import { manyChanged } from './events.ts'
import { type TestTrail, testTrail } from './trail.ts'

const [ours, theirs] = [uuidv7(), uuidv7()]
let trail: TestTrail

beforeAll(async () => {
  trail = await testTrail()
  await trail.record([...manyChanged(2, { orgId: ours }), ...manyChanged(3, { orgId: theirs })])
})
afterAll(async () => {
  await trail[Symbol.asyncDispose]()
})

/** Rows that are found by themselves alone; their owner is a job that crosses organisations. */
const UNIQUE_ACROSS = ['outbox_pkey', 'outbox_id_key']

describe('The audit’s tables', () => {
  it('have row level security, enabled and forced, wherever there is an organisation (TEN-6)', async () => {
    const tables = await trail.store.admin<{ name: string; safe: boolean; owner: string }>(`
      select relname as name, relrowsecurity and relforcerowsecurity as safe, relowner::regrole::text as owner
      from pg_class join pg_attribute on attrelid = pg_class.oid and attname = 'org_id'
      where relnamespace = 'audit'::regnamespace and relkind in ('r', 'p') order by 1`)
    expect(tables.map(({ name }) => name)).toEqual([
      'audit_chain',
      'audit_event',
      'idempotency_key',
      'inbox',
      'outbox',
    ])
    expect(tables.filter(({ safe }) => !safe)).toEqual([])
    expect(tables.filter(({ owner }) => !owner.endsWith('_owner'))).toEqual([])
  })

  it('give the service the rows of the organisation in its transaction and no others', async () => {
    const policies = await trail.store.admin<{ qual: string; with_check: string }>(`
      select qual, with_check from pg_policies where schemaname = 'audit' and policyname = 'tenant'`)
    expect(policies).toHaveLength(5)
    for (const { qual, with_check } of policies) {
      expect(qual).toContain(`NULLIF(current_setting('app.org_id'::text, true), ''::text)`)
      expect(with_check).toBe(qual)
    }
  })

  it('begin every unique index with the organisation, save those of the outbox (TEN-9)', async () => {
    const indexes = await trail.store.admin<{ name: string }>(`
      select index.relname as name from pg_index join pg_class as index on index.oid = indexrelid
      join pg_class as tab on tab.oid = indrelid
      join pg_attribute on attrelid = tab.oid and attname = 'org_id'
      where tab.relnamespace = 'audit'::regnamespace and indisunique and indkey[0] <> attnum`)
    expect(indexes.map(({ name }) => name).toSorted()).toEqual(UNIQUE_ACROSS.toSorted())
  })

  it('show nothing without an organisation, and nothing of another one', async () => {
    const count = async (orgId: string, of: string) => {
      const [row] = await trail.database.read(orgId, (query) =>
        query(sql<{ count: number }>`select count(*) as count from audit_event where org_id = ${of}`),
      )
      return row?.count
    }
    expect([await count(ours, ours), await count(ours, theirs), await count('', ours)]).toEqual([2, 0, 0])
  })

  it('take no row for another organisation than the transaction’s', async () => {
    const smuggle = trail.database.read(ours, (query) =>
      query(sql`insert into inbox (org_id, consumer, event_id) values (${theirs}, 'audit', ${uuidv7()})`),
    )
    await expect(smuggle).rejects.toThrow(/row-level security/)
  })

  it('are owned by nobody who signs in to serve, and the service may not bypass the policies', async () => {
    const [role] = await trail.store.admin<object>(
      'select rolsuper, rolbypassrls, rolinherit from pg_roles where rolname = $1',
      [new URL(trail.store.url).username],
    )
    expect(role).toEqual({ rolsuper: false, rolbypassrls: false, rolinherit: false })
  })
})
