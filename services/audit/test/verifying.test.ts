import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { scaled, type SeededRandom, seededRandom, timeLimit } from '@kitroom/testing'
import { v7 as uuidv7 } from 'uuid'

import { manyChanged } from './events.ts'
import { openTrail, type TestTrail, testTrail } from './trail.ts'

let trail: TestTrail

beforeAll(async () => {
  trail = await testTrail()
})
afterAll(async () => {
  await trail[Symbol.asyncDispose]()
})

/** An organisation of its own with this many events; returns their ids in the order of the chain. */
async function organization(count: number): Promise<{ orgId: string; ids: string[] }> {
  const orgId = uuidv7()
  const events = manyChanged(count, { orgId })
  await trail.record(events)
  return { orgId, ids: events.map(({ id }) => id) }
}

const BUSY = { code: 'rate-limited', retryAfterSeconds: 5 }

/** A walk that has its lock and goes on until it is told to end. */
async function begunWalk(orgId: string): Promise<AsyncDisposable & { end: () => Promise<void> }> {
  const [begun, ending] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const walk = trail.inWalk(orgId, () => {
    begun.resolve()
    return ending.promise
  })
  await Promise.race([begun.promise, walk])
  const end = () => {
    ending.resolve()
    return walk
  }
  return { end, [Symbol.asyncDispose]: end }
}

/** Each column of the trail, and an expression that changes it. */
const COLUMNS = {
  id: 'gen_random_uuid()',
  actor_user_id: 'gen_random_uuid()',
  entity_type: `'Fine'`,
  entity_id: `'another'`,
  action: `'UPDATE'`,
  before_json: `'{"status":"PENDING"}'::jsonb`,
  after_json: `jsonb_set(after_json, '{status}', '"RETURNED"')`,
  at: `at - interval '1 millisecond'`,
  received_at: `received_at + interval '1 hour'`,
  request_id: `'another'`,
  service: `'auth'`,
  trace_id: 'null',
  prev_hash: `sha256('x')`,
  hash: `sha256('x')`,
  canonical: `replace(canonical, 'PENDING', 'RETURNED')`,
}

describe('Verifying the audit (EVT-13)', () => {
  it('finds nothing wrong with an organisation that has no events', async () => {
    expect(await trail.verify(uuidv7())).toEqual({
      verified: true,
      events: 0,
      head_hash: null,
      first_broken_id: null,
    })
  })

  it('finds an untouched trail whole, also over several chunks', async () => {
    const { orgId } = await organization(2_345)
    expect(await trail.verify(orgId)).toEqual({
      verified: true,
      events: 2_345,
      head_hash: expect.stringMatching(/^[\da-f]{64}$/),
      first_broken_id: null,
    })
  })

  it.each(Object.entries(COLUMNS))('names the event whose %s was changed', async (column, expression) => {
    const { orgId } = await organization(5)
    await trail.tamper(`update audit_event set ${column} = ${expression} where org_id = $1 and seq = 3`, [
      orgId,
    ])
    const [row] = await trail.store.admin<{ id: string }>(
      'select id from audit_event where org_id = $1 and seq = 3',
      [orgId],
    )
    expect(await trail.verify(orgId)).toMatchObject({ verified: false, events: 5, first_broken_id: row!.id })
  })

  it('names every column the trail has', async () => {
    const columns = await trail.store.admin<{ name: string }>(
      `select attname as name from pg_attribute where attrelid = 'audit_event'::regclass and attnum > 0`,
    )
    const places = ['org_id', 'seq']
    expect(columns.map(({ name }) => name).toSorted()).toEqual(
      [...Object.keys(COLUMNS), ...places].toSorted(),
    )
  })

  it('names the event after one that was moved to another organisation', async () => {
    const { orgId, ids } = await organization(5)
    const other = await organization(2)
    await trail.tamper('update audit_event set org_id = $2 where org_id = $1 and seq = 3', [
      orgId,
      other.orgId,
    ])
    expect(await trail.verify(orgId)).toMatchObject({ verified: false, first_broken_id: ids[3] })
    expect(await trail.verify(other.orgId)).toMatchObject({ verified: false, first_broken_id: ids[2] })
  })

  it('names the event after a deleted one', async () => {
    const { orgId, ids } = await organization(5)
    await trail.tamper('delete from audit_event where org_id = $1 and seq = 2', [orgId])
    expect(await trail.verify(orgId)).toMatchObject({ verified: false, first_broken_id: ids[2] })
  })

  it('names the newest event when it was deleted, and when all were', async () => {
    const { orgId, ids } = await organization(5)
    await trail.tamper('delete from audit_event where org_id = $1 and seq > 3', [orgId])
    expect(await trail.verify(orgId)).toMatchObject({ verified: false, first_broken_id: ids[4] })
    await trail.tamper('delete from audit_event where org_id = $1', [orgId])
    expect(await trail.verify(orgId)).toMatchObject({ verified: false, first_broken_id: ids[4] })
  })

  it('names the first event behind a head that was set back or removed', async () => {
    const { orgId, ids } = await organization(5)
    await trail.tamper(
      `update audit_chain set (seq, id, hash) = (select seq, id, hash from audit_event where org_id = $1 and seq = 3)
       where org_id = $1`,
      [orgId],
    )
    expect(await trail.verify(orgId)).toMatchObject({ verified: false, first_broken_id: ids[3] })
    await trail.tamper('delete from audit_chain where org_id = $1', [orgId])
    expect(await trail.verify(orgId)).toMatchObject({ verified: false, first_broken_id: ids[0] })
  })

  it('names the first of two events that changed places', async () => {
    const { orgId, ids } = await organization(5)
    const place = 'update audit_event set seq = $2 where org_id = $1 and id = $3'
    await trail.tamper(place, [orgId, 99, ids[1]])
    await trail.tamper(place, [orgId, 2, ids[3]])
    await trail.tamper(place, [orgId, 4, ids[1]])
    expect(await trail.verify(orgId)).toMatchObject({ verified: false, first_broken_id: ids[3] })
  })

  describe('finds every tampering at the right row', () => {
    const TRIALS = scaled(8, 200)
    const LENGTH = 30
    const change = (column: string) => COLUMNS[column as keyof typeof COLUMNS]
    const forged = `insert into audit_event (${Object.keys(COLUMNS).join(', ')}, org_id, seq)
      select ${Object.keys(COLUMNS)
        .map((column) => (column === 'id' ? 'gen_random_uuid()' : column))
        .join(', ')}, org_id, $2 + 1 from audit_event where org_id = $1 and seq = $2`

    /** Each does harm at a random row and says at which place the chain does not hold any more. */
    const harms: Record<string, (orgId: string, seq: number, random: SeededRandom) => Promise<number>> = {
      async 'an altered column'(orgId, seq, random) {
        const column = random.pick(Object.keys(COLUMNS).filter((name) => name !== 'id'))
        await trail.tamper(
          `update audit_event set ${column} = ${change(column)} where org_id = $1 and seq = $2`,
          [orgId, seq],
        )
        return seq
      },
      async 'a deleted row'(orgId, seq) {
        await trail.tamper('delete from audit_event where org_id = $1 and seq = $2', [orgId, seq])
        return seq === LENGTH ? LENGTH : seq + 1
      },
      async 'an inserted row'(orgId, seq) {
        const moved = 'update audit_event set seq = seq + 1000 where org_id = $1 and seq > $2'
        await trail.tamper(moved, [orgId, seq])
        await trail.tamper('update audit_event set seq = seq - 999 where org_id = $1 and seq > 1000', [orgId])
        await trail.tamper(forged, [orgId, seq])
        return seq + 1
      },
      async 'two exchanged rows'(orgId, seq, random) {
        const other = 1 + ((seq + random.below(LENGTH - 1)) % LENGTH)
        const place = 'update audit_event set seq = $3 where org_id = $1 and seq = $2'
        for (const [from, to] of [
          [seq, 99],
          [other, seq],
          [99, other],
        ] as const)
          await trail.tamper(place, [orgId, from, to])
        return Math.min(seq, other)
      },
      async 'another time'(orgId, seq, random) {
        const column = random.pick(['at', 'received_at'])
        await trail.tamper(
          `update audit_event set ${column} = ${column} - make_interval(secs => $3) where org_id = $1 and seq = $2`,
          [orgId, seq, (1 + random.below(1_000_000)) / 1_000],
        )
        return seq
      },
    }

    it.each(Object.entries(harms))(
      '%s',
      async (_, harm) => {
        const random = seededRandom()
        const { orgId } = await organization(LENGTH)
        await trail.store.admin('drop table if exists untouched')
        await trail.store.admin(
          `create table untouched as select * from audit_event where org_id = '${orgId}'`,
        )
        for (let trial = 0; trial < TRIALS; trial++) {
          const broken = await harm(orgId, 1 + random.below(LENGTH), random)
          const [row] = await trail.store.admin<{ id: string }>(
            `select coalesce((select id from audit_event where org_id = $1 and seq = $2),
                           (select id from untouched where seq = $2)) as id`,
            [orgId, broken],
          )
          expect({ seed: random.seed, ...(await trail.verify(orgId)) }).toMatchObject({
            seed: random.seed,
            verified: false,
            first_broken_id: row?.id,
          })
          await trail.tamper('delete from audit_event where org_id = $1', [orgId])
          await trail.tamper('insert into audit_event select * from untouched')
          expect(await trail.verify(orgId)).toMatchObject({ verified: true, events: LENGTH })
        }
      },
      300_000,
    )
  })

  it('lets one verification of an organisation run at a time, whichever process is asked', async () => {
    const [{ orgId }, other] = [await organization(1), await organization(1)]
    await using neighbour = openTrail(trail.store)
    await using walk = await begunWalk(orgId)
    for (const { verify } of [trail, neighbour]) await expect(verify(orgId)).rejects.toMatchObject(BUSY)
    expect(await trail.verify(other.orgId)).toMatchObject({ verified: true })
    await walk.end()
    expect(await neighbour.verify(orgId)).toMatchObject({ verified: true })
  })

  it('lets two verifications run at a time in a process', async () => {
    const { orgId } = await organization(1)
    await using neighbour = openTrail(trail.store)
    await using one = await begunWalk(uuidv7())
    await using another = await begunWalk(uuidv7())
    await expect(trail.verify(orgId)).rejects.toMatchObject(BUSY)
    expect(await neighbour.verify(orgId)).toMatchObject({ verified: true })
    await Promise.all([one.end(), another.end()])
    expect(await trail.verify(orgId)).toMatchObject({ verified: true })
  })

  const [EVENTS, WORK_SECONDS] = [scaled(10_000, 100_000), timeLimit(10)]
  it(`verifies ${EVENTS} events in less than ${WORK_SECONDS} s of work`, async () => {
    const orgId = uuidv7()
    for (let i = 0; i < EVENTS / 2_000; i++) await trail.record(manyChanged(2_000, { orgId }))
    const [start, before] = [performance.now(), process.cpuUsage()]
    expect(await trail.verify(orgId)).toMatchObject({ verified: true, events: EVENTS })
    // The time on the clock depends on what else the machine does; the work nearly all is this process's.
    const { user, system } = process.cpuUsage(before)
    const [work, clock] = [(user + system) / 1e6, (performance.now() - start) / 1_000]
    console.log(`${EVENTS} events verified by ${work.toFixed(1)} s of work in ${clock.toFixed(1)} s`)
    expect(work).toBeLessThan(WORK_SECONDS)
  }, 300_000)
})
