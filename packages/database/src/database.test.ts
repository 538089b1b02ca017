import { randomUUID } from 'node:crypto'

import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { type Once, Replayed } from '@kitroom/contracts'
import { givenUp, withinDeadline } from '@kitroom/deadline'
import { Failure } from '@kitroom/errors'
import { clockOffBy, scaled, type TestDatabase, testDatabase } from '@kitroom/testing'
import { EntitySchema } from '@mikro-orm/core'

import {
  type Database,
  messagingTables,
  openDatabase,
  outboxTable,
  rolesOf,
  sql,
  tenantTable,
} from './index.ts'

class Lamp {
  id = randomUUID() as string
  orgId: string
  name: string
  litAt: Date
  version!: number

  constructor(orgId: string, name: string) {
    this.orgId = orgId
    this.name = name
    this.litAt = new Date('2026-03-01T09:00:00.123Z')
  }
}

const LampMapping = new EntitySchema<Lamp>({
  class: Lamp,
  tableName: 'lamp',
  properties: {
    id: { type: 'uuid', primary: true },
    orgId: { type: 'uuid' },
    name: { type: 'text' },
    litAt: { type: 'datetime', columnType: 'timestamptz' },
    version: { type: 'integer', version: true },
  },
})

const facts = (lamp: Lamp) => ({ id: lamp.id, name: lamp.name, version: lamp.version })

const schema = {
  name: '20261121000000_lamp',
  up: (roles: ReturnType<typeof rolesOf>) => `
    ${messagingTables(roles)}
    create table lamp (
      org_id uuid not null, id uuid not null, name text not null, lit_at timestamptz not null,
      version integer not null default 1, primary key (org_id, id), constraint lamp_name unique (org_id, name)
    );
    ${tenantTable('lamp', roles, 'select, insert, update, delete')}`,
}

describe('a transaction', () => {
  let on: TestDatabase
  let database: Database
  const orgId = randomUUID()
  const origin = { orgId, userId: randomUUID(), requestId: 'request-1' }
  const lampNamed = (name: string, org = orgId) => new Lamp(org, name)
  const add = (lamp: Lamp, from: Parameters<Database['transaction']>[0] = origin) =>
    database.transaction(from, ({ em, changes }) => {
      em.persist(lamp)
      changes.added('Resource', lamp, facts)
      return Promise.resolve(lamp)
    })
  const once = (key: string, fingerprint = 'a'): Once => ({
    key,
    method: 'POST',
    path: '/lamps',
    fingerprint: () => fingerprint,
    answer: (result) => ({ status: 201, headers: { Location: '/lamps/1' }, body: JSON.stringify(result) }),
    refusal: (failure) => ({ status: 409, headers: {}, body: failure.code }),
  })

  beforeAll(async () => {
    on = await testDatabase('booking', [schema])
    database = openDatabase({
      url: on.url,
      service: 'booking',
      entities: [LampMapping],
      constraints: { lamp_name: () => new Failure('already-exists', 'There is a lamp of that name.') },
    })
  })
  afterAll(async () => {
    await database.close()
    await on[Symbol.asyncDispose]()
  })

  it('is ready once its migrations were run', async () => {
    expect(await database.ready()).toBe(true)
  })

  it('writes an outbox row with before and after for what was added and what was changed', async () => {
    const { id } = await add(lampNamed('desk'))
    await database.transaction(origin, async ({ em, changes }) => {
      const lamp = await em.findOneOrFail(Lamp, { id })
      changes.watch('Resource', lamp, facts)
      lamp.name = 'floor'
    })
    const rows = await on.admin<{ subject: string; payload: string }>(
      `select subject, payload from outbox where payload like '%' || $1 || '%' order by seq`,
      [id],
    )
    expect(rows.map(({ subject }) => subject)).toEqual([
      'kitroom.booking.resource.create',
      'kitroom.booking.resource.update',
    ])
    expect(JSON.parse(rows[1]?.payload ?? '')).toMatchObject({
      orgid: orgId,
      requestid: 'request-1',
      data: {
        actor_user_id: origin.userId,
        before: { name: 'desk', version: 1 },
        after: { name: 'floor', version: 2 },
      },
    })
  })

  it.each([
    ['an hour behind', -3_600_000],
    ['an hour ahead', 3_600_000],
  ])(
    'tells when something was changed by the clock of the database, though its own is %s',
    async (_, skew) => {
      jest.useFakeTimers(clockOffBy(skew))
      const { id } = await add(lampNamed(`skewed by ${skew}`)).finally(() => jest.useRealTimers())
      const [row] = await on.admin<{ off: number }>(
        `select abs(extract(epoch from clock_timestamp() - (payload::json->>'time')::timestamptz))::float as off
       from outbox where payload like '%' || $1 || '%'`,
        [id],
      )
      expect(row?.off).toBeLessThan(10)
    },
  )

  it('writes no outbox row for what was loaded and left as it was', async () => {
    const { id } = await add(lampNamed('ceiling'))
    await database.transaction(origin, async ({ em, changes }) => {
      changes.watch('Resource', await em.findOneOrFail(Lamp, { id }), facts)
    })
    const rows = await on.admin(`select 1 from outbox where payload like '%' || $1 || '%'`, [id])
    expect(rows).toHaveLength(1)
  })

  it('leaves neither change nor outbox row when its work fails', async () => {
    const lamp = lampNamed('never')
    await expect(
      database.transaction(origin, ({ em, changes }) => {
        em.persist(lamp)
        changes.added('Resource', lamp, facts)
        return Promise.reject(new Failure('invalid-transition', 'No.'))
      }),
    ).rejects.toThrow('No.')
    expect(await on.admin('select 1 from lamp where id = $1', [lamp.id])).toHaveLength(0)
    expect(
      await on.admin(`select 1 from outbox where payload like '%' || $1 || '%'`, [lamp.id]),
    ).toHaveLength(0)
  })

  it('begins no statement for who has gone, keeps nothing of what it did, and gives its connection back', async () => {
    const gone = new AbortController()
    const at = performance.now() + 5_000
    const within = <T>(work: () => Promise<T>) => withinDeadline({ at, signal: gone.signal }, work)
    const lamp = lampNamed('for nobody')
    const abandoned = within(() =>
      database.transaction(origin, async ({ em, changes, query }) => {
        em.persist(lamp)
        changes.added('Resource', lamp, facts)
        await em.flush()
        gone.abort(givenUp())
        await query(sql`select 1`)
      }),
    )
    await expect(abandoned).rejects.toMatchObject({ code: 'dependency-unavailable' })
    expect(await on.admin('select 1 from lamp where id = $1', [lamp.id])).toHaveLength(0)
    await expect(within(() => database.read(orgId, (query) => query(sql`select 1`)))).rejects.toThrow(
      'Whoever asked has gone',
    )
    for (let n = 0; n < 20; n++) await database.read(orgId, (query) => query(sql`select 1`))
  })

  it('gives back what a reader held before the reader is told', async () => {
    const held = () =>
      database.readHolding(orgId, (query) =>
        query(sql<{ won: boolean }>`select pg_try_advisory_xact_lock(hashtextextended('lamp', 0)) as won`),
      )
    for (let n = 0; n < 100; n++) expect(await held()).toEqual([{ won: true }])
  })

  it('sees nothing of another organisation and cannot write for it', async () => {
    await add(lampNamed('ours'))
    expect(await database.read(randomUUID(), (query) => query(sql`select * from lamp`))).toEqual([])
    await expect(add(lampNamed('theirs', randomUUID()))).rejects.toThrow(/row-level security/)
  })

  it('keeps its tenant to itself: the next user of the connection has none', async () => {
    const alone = openDatabase({ url: on.url, service: 'booking', entities: [LampMapping], poolSize: 1 })
    await alone.read(orgId, (query) => query(sql`select 1`))
    const counted = await alone.asRole(rolesOf(on.url).job, (query) =>
      query(sql<{ org: string }>`select current_setting('app.org_id', true) as org`),
    )
    expect(counted[0]?.org ?? '').toBe('')
    await alone.close()
  })

  it('refuses to run at another isolation level, where locks are worthless', async () => {
    const { app } = rolesOf(on.url)
    await on.admin(`alter role ${app} set default_transaction_isolation = 'repeatable read'`)
    const strict = openDatabase({ url: on.url, service: 'booking', entities: [LampMapping] })
    await expect(strict.transaction(origin, () => Promise.resolve(1))).rejects.toThrow(/READ COMMITTED/)
    await strict.close()
    await on.admin(`alter role ${app} reset default_transaction_isolation`)
  })

  it('tells a lost race for a version as a failure', async () => {
    const { id } = await add(lampNamed('contended'))
    const rename = (name: string) =>
      database.transaction(origin, async ({ em }) => {
        const lamp = await em.findOneOrFail(Lamp, { id })
        await new Promise((resolve) => setImmediate(resolve))
        lamp.name = name
      })
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, (_, at) => rename(`name ${at}`)))
    const won = outcomes.filter(({ status }) => status === 'fulfilled').length
    const [lamp] = await on.admin<{ version: number }>('select version from lamp where id = $1', [id])
    expect(lamp?.version).toBe(1 + won)
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'version-mismatch' })
    }
  })

  it('names the rule behind a violated constraint', async () => {
    await add(lampNamed('unique'))
    await expect(add(lampNamed('unique'))).rejects.toMatchObject({ code: 'already-exists' })
  })

  it.each(['40001', '40P01', '55P03'])('is run again after %s, at most three times', async (code) => {
    let runs = 0
    const failing = (times: number) =>
      database.transaction(origin, async ({ query }) => {
        runs += 1
        if (runs <= times)
          await query(sql`do ${sql.raw(`$$ begin raise exception using errcode = '${code}'; end $$`)}`)
        return runs
      })
    expect(await failing(3)).toBe(4)
    runs = 0
    await expect(failing(4)).rejects.toMatchObject({ code: 'dependency-unavailable', retryAfterSeconds: 1 })
  })

  it('is told to come back when the password was changed in front of it', async () => {
    const url = new URL(on.url)
    url.password = 'the one before'
    const before = openDatabase({ url: url.href, service: 'booking', entities: [LampMapping] })
    const refusal = { code: 'dependency-unavailable', retryAfterSeconds: 1 }
    const ping = sql`select 1`
    await expect(before.transaction(origin, ({ query }) => query(ping))).rejects.toMatchObject(refusal)
    await expect(before.read(orgId, (query) => query(ping))).rejects.toMatchObject(refusal)
    await expect(before.asRole(rolesOf(on.url).job, (query) => query(ping))).rejects.toMatchObject(refusal)
    expect(await before.ready()).toBe(false)
    await before.close()
  })

  it('is refused after one wait for a lock, not after four', async () => {
    await on.admin('begin')
    await on.admin(`select pg_advisory_xact_lock(hashtextextended('lamp', 0))`)
    const began = performance.now()
    await expect(
      database.transaction(origin, ({ lock, query }) => {
        lock(['lamp'])
        return query(sql`select 1`)
      }),
    ).rejects.toMatchObject({
      code: 'dependency-unavailable',
    })
    expect(performance.now() - began).toBeLessThan(scaled(7_500, 3_900))
    await on.admin('rollback')
  })

  describe('with an idempotency key', () => {
    it('happens once; a repeat hears the first answer to the letter', async () => {
      const lamp = await add(lampNamed('once'), { ...origin, once: once('key-1') })
      const again = await add(lampNamed('twice'), { ...origin, once: once('key-1') }).catch(
        (error: unknown) => error,
      )
      expect(again).toBeInstanceOf(Replayed)
      expect((again as Replayed).answer).toEqual({
        status: 201,
        headers: { Location: '/lamps/1' },
        body: JSON.stringify(lamp),
      })
      expect(await on.admin(`select 1 from lamp where name = 'twice'`)).toHaveLength(0)
    })

    it('has one effect however many copies arrive at once', async () => {
      const copies = Array.from({ length: 16 }, (_, at) =>
        add(lampNamed(`copy ${at}`), { ...origin, once: once('key-copies') }).catch(
          (error: unknown) => error,
        ),
      )
      const outcomes = await Promise.all(copies)
      expect(outcomes.filter((outcome) => outcome instanceof Lamp)).toHaveLength(1)
      expect(await on.admin(`select 1 from lamp where name like 'copy %'`)).toHaveLength(1)
      for (const outcome of outcomes) {
        if (outcome instanceof Lamp || outcome instanceof Replayed) continue
        expect(outcome).toMatchObject({ code: 'idempotency-in-flight', retryAfterSeconds: 1 })
      }
    })

    it('refuses the key for another body', async () => {
      await add(lampNamed('first body'), { ...origin, once: once('key-2', 'a') })
      await expect(
        add(lampNamed('second body'), { ...origin, once: once('key-2', 'b') }),
      ).rejects.toMatchObject({
        code: 'idempotency-key-reused',
      })
    })

    it('belongs to one user of one organisation', async () => {
      await add(lampNamed('mine'), { ...origin, once: once('key-3') })
      const other = await add(lampNamed('not mine'), { ...origin, userId: randomUUID(), once: once('key-3') })
      const elsewhere = randomUUID()
      const third = await add(lampNamed('mine', elsewhere), {
        ...origin,
        orgId: elsewhere,
        once: once('key-3'),
      })
      expect([other, third].every((lamp) => lamp instanceof Lamp)).toBe(true)
    })

    it('remembers a refusal of the business, and forgets one of the moment', async () => {
      const refuse = (code: 'unit-unavailable' | 'dependency-unavailable', key: string) =>
        database
          .transaction({ ...origin, once: once(key) }, () => Promise.reject(new Failure(code, 'No.')))
          .catch((error: unknown) => error)
      expect(await refuse('unit-unavailable', 'key-4')).toMatchObject({ code: 'unit-unavailable' })
      expect(await refuse('unit-unavailable', 'key-4')).toMatchObject({
        answer: { body: 'unit-unavailable' },
      })
      expect(await refuse('dependency-unavailable', 'key-5')).toMatchObject({
        code: 'dependency-unavailable',
      })
      expect(await refuse('dependency-unavailable', 'key-5')).toMatchObject({
        code: 'dependency-unavailable',
      })
    })
  })

  describe('the outbox', () => {
    it('has one relay at a time, and the next takes over when it goes', async () => {
      const outbox = outboxTable(on.url, 'booking')
      const first = await outbox.lead()
      expect(first).toBeDefined()
      expect(await outbox.lead()).toBeUndefined()
      await first?.release()
      const second = await outbox.lead()
      expect(second).toBeDefined()
      await second?.release()
      await outbox.close()
    })

    it('gives unpublished rows in order, wakes by a bell, and sends unconfirmed ones again', async () => {
      const outbox = outboxTable(on.url, 'booking')
      const lease = await outbox.lead()
      if (lease === undefined) throw new Error('nobody else should lead')
      const woken = new Promise<void>((resolve) => {
        lease.onWake(resolve)
      })
      outbox.ring()
      await woken

      const rows = await lease.pending(1000)
      expect(rows.length).toBeGreaterThan(3)
      await lease.markPublished(rows)
      expect(await lease.pending(1000)).toEqual([])
      const [confirmed, ...rest] = rows
      await outbox.markConfirmed([confirmed?.id ?? ''])
      expect(await lease.resendUnconfirmed(0, 60, 1000)).toBe(rest.length)
      expect(await lease.pending(1000)).toEqual(rest.map((row) => ({ ...row, attempt: 1 })))
      await lease.markPublished(rest)
      expect(await lease.pending(1000)).toHaveLength(rest.length)
      expect(await lease.resendAfterLoss(60, new Date(0))).toBe(0)
      expect(await lease.resendAfterLoss(60, new Date(Date.now() + 60_000))).toBe(1)
      await lease.release()
      await outbox.close()
    })
  })
})
