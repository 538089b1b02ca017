import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Resource, ResourceUnit } from '@kitroom/contracts'
import { openDatabase, rolesOf, sql } from '@kitroom/database'
import { scaled } from '@kitroom/testing'

import { type InventorySystem, inventorySystem, type ListOf, type Person } from './inventory-system.ts'

describe('two organisations', () => {
  let on: InventorySystem
  let ours: Person
  let theirs: Person

  beforeAll(async () => {
    on = await inventorySystem()
    ours = on.person('staff')
    theirs = on.person('staff')
  })
  afterAll(() => on[Symbol.asyncDispose]())

  it('see nothing of each other and change nothing of each other, in any route', async () => {
    const { id } = await on.resource(ours, 'Marker-ours', ['M-1'], { tags: ['marker-tag'] })
    const [unit] = await on.unitsOf(ours, { id })
    const [tag] = await on.tags(ours)
    const tries: [string, string, object?][] = [
      ['GET', `/resources/${id}`],
      ['GET', `/resources/${id}?include_deleted=true`],
      ['PATCH', `/resources/${id}`, { name: 'mine' }],
      ['DELETE', `/resources/${id}`],
      ['POST', `/resources/${id}/restore`],
      ['GET', `/resources/${id}/units`],
      ['POST', `/resources/${id}/units`, { barcode: 'THEIRS' }],
      ['GET', `/units/${unit!.id}`],
      ['PATCH', `/units/${unit!.id}`, { status: 'LOST' }],
      ['DELETE', `/units/${unit!.id}`],
      ['POST', `/units/${unit!.id}/restore`],
      ['PATCH', `/tags/${tag!.id}`, { name: 'mine' }],
      ['DELETE', `/tags/${tag!.id}`],
    ]
    for (const [method, path, body] of tries) {
      const answer = await on.send(theirs, method, path, { ifMatch: '"99"', ...(body && { body }) })
      expect([method, path, answer.status]).toEqual([method, path, 404])
    }
    for (const path of [
      '/resources',
      '/resources?q=marker',
      '/resources?tag=marker-tag',
      '/tags',
      '/units?barcode=M-1',
    ]) {
      const { body } = await on.send(theirs, 'GET', path)
      expect([path, body]).toEqual([path, expect.objectContaining({ data: [], total: 0 })])
    }
    expect((await on.send(ours, 'GET', `/resources/${id}`)).body).toMatchObject({
      version: 1,
      units_total: 1,
    })
    expect(await on.unitsOf(ours, { id })).toMatchObject([{ version: 1, status: 'AVAILABLE' }])
  })

  it('of which one person asks the same with the same key, in turn and at once, each answer for themselves (TEN-11)', async () => {
    const sides = [ours, { ...theirs, userId: ours.userId }]
    const made = new Map(sides.map(({ orgId }) => [orgId, new Set<string>()]))
    const make = async (as: Person, round: number) => {
      const headers = { 'Idempotency-Key': `lamp-${round}` }
      const body = { type: 'Light', name: `Lamp ${round}`, units: [{ barcode: `L-${round}` }], tags: ['lit'] }
      const first = await on.send<Resource>(as, 'POST', '/resources', { body, headers })
      expect([first.status, first.headers.get('idempotent-replayed')]).toEqual([201, null])
      const again = await on.send<Resource>(as, 'POST', '/resources', { body, headers })
      expect([again.body.id, again.headers.get('idempotent-replayed')]).toEqual([first.body.id, 'true'])
      made.get(as.orgId)?.add(first.body.id)
    }
    const look = async (as: Person, round: number) => {
      const [found, unit] = await Promise.all([
        on.list(as, `q=Lamp ${round}`),
        on.send<ListOf<ResourceUnit>>(as, 'GET', `/units?barcode=L-${round}`),
      ])
      const ids = [...found.data.map(({ id }) => id), ...unit.body.data.map((each) => each.resource_id)]
      expect(ids.length).toBeGreaterThan(1)
      expect(ids.filter((id) => !made.get(as.orgId)?.has(id))).toEqual([])
    }
    for (let round = 0; round < scaled(30, 300); round++) {
      const order = round % 4 < 2 ? sides : sides.toReversed()
      for (const act of [make, look]) {
        if (round % 2 === 0) for (const as of order) await act(as, round)
        else await Promise.all(order.map((as) => act(as, round)))
      }
    }
    const tags = await Promise.all(sides.map((as) => on.tags(as)))
    const lit = tags.map((all) => all.filter(({ name }) => name === 'lit').map(({ id }) => id))
    expect(lit.map((ids) => ids.length)).toEqual([1, 1])
    expect(new Set(lit.flat()).size).toBe(2)
  })

  it('need a statement of the gateway to be heard at all', async () => {
    const { status } = await on.send({ ...ours, orgId: ours.orgId }, 'GET', '/resources', {
      headers: { 'X-Kitroom-Statement': 'made-up' },
    })
    expect(status).toBe(401)
  })

  it('are kept apart by the database itself, whatever a statement asks', async () => {
    await on.resource(ours, 'Behind the wall', ['WALL-1'])
    const database = openDatabase({ url: on.database.url, service: 'inventory', entities: [] })
    try {
      for (const table of ['resource', 'resource_unit', 'tag', 'resource_tag']) {
        const rows = await database.read(theirs.orgId, (query) =>
          query(sql`select 1 from ${sql.table(table)} where org_id = ${ours.orgId}`),
        )
        expect(rows).toEqual([])
      }
      const found = await database.read(theirs.orgId, (query) =>
        query(sql`select * from resources_matching('%wall%', 10)`),
      )
      expect(found).toEqual([])
      const ownFound = await database.read(ours.orgId, (query) =>
        query(sql`select * from resources_matching('%wall%', 10)`),
      )
      expect(ownFound).toHaveLength(1)
    } finally {
      await database.close()
    }
  })

  it('have row level security, enabled and forced, on every table with org_id, which the service does not own', async () => {
    const { app, owner } = rolesOf(on.database.url)
    const tables = await on.database.admin<{ relname: string }>(
      `select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where n.nspname = 'inventory' and c.relkind in ('r', 'p')
         and exists (select 1 from pg_attribute a where a.attrelid = c.oid and a.attname = 'org_id')`,
    )
    const guarded = await on.database.admin<{ relname: string }>(
      `select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
       join pg_policy p on p.polrelid = c.oid and p.polroles = array[$1::regrole::oid] and p.polcmd = '*'
       where n.nspname = 'inventory' and c.relrowsecurity and c.relforcerowsecurity and c.relowner = $2::regrole
         and pg_get_expr(p.polqual, c.oid) like '%app.org_id%'
         and pg_get_expr(p.polwithcheck, c.oid) like '%app.org_id%'`,
      [app, owner],
    )
    const names = (rows: { relname: string }[]) => rows.map(({ relname }) => relname).toSorted()
    expect(names(tables)).toEqual(
      expect.arrayContaining(['resource', 'resource_tag', 'resource_unit', 'tag']),
    )
    expect(names(guarded)).toEqual(names(tables))
    expect(
      await on.database.admin('select rolsuper, rolbypassrls from pg_roles where rolname = $1', [app]),
    ).toEqual([{ rolsuper: false, rolbypassrls: false }])
  })

  it('have the organisation in every foreign key and at the head of every unique key, and one listed definer', async () => {
    const plain = await on.database.admin(
      `select c.conname from pg_constraint c join pg_namespace n on n.oid = c.connamespace
       where n.nspname = 'inventory' and (
         (c.contype = 'f' and not exists (
           select 1 from pg_attribute a where a.attrelid = c.conrelid and a.attname = 'org_id' and a.attnum = any(c.conkey)))
         or (c.contype in ('p', 'u') and c.conrelid::regclass::text <> all('{outbox,dead_letter,migration}')
           and not exists (select 1 from pg_attribute a
             where a.attrelid = c.conrelid and a.attname = 'org_id' and a.attnum = c.conkey[1])))`,
    )
    expect(plain).toEqual([])
    const definers = await on.database.admin(
      `select p.proname from pg_proc p join pg_namespace n on n.oid = p.pronamespace
       where n.nspname = 'inventory' and p.prosecdef`,
    )
    expect(definers).toEqual([{ proname: 'resources_matching' }])
  })
})
