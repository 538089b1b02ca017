import { describe, expect, it } from '@jest/globals'
import { scaled, seededRandom, timeLimit, until } from '@kitroom/testing'
import { Client } from 'pg'

import type { History } from '../history/history.ts'
import { setScene } from '../history/load.ts'
import { type Judged, underLoad } from '../history/under-load.ts'
import { cabledFor } from '../nemesis/cabled-system.ts'
import * as faults from '../nemesis/faults.ts'
import { busyness, fillStream } from '../nemesis/full-stream.ts'
import { say } from '../nemesis/say.ts'
import { requireHonest, turnedAway } from '../nemesis/told.ts'

const random = seededRandom()
const running = cabledFor()

const told = (about: string, judged: Judged) => requireHonest(about, random, judged)
/** Nobody was left without an answer. */
function requireUnnoticed({ operations }: Judged): void {
  const unknown = operations.filter(({ outcome }) => outcome === 'info')
  expect(unknown.length).toBeLessThanOrEqual(turnedAway(operations.length))
}

const breathe = (ms = 1_000) => new Promise((resolve) => setTimeout(resolve, ms))
const pids = () => faults.SERVICES.map((name) => running.system.processes[name].pid)

/** Nothing was left open for as long as this: then all is well again. */
const STEADY_MS = scaled(3_000, 10_000)

/** How long after a moment the last call ended of which it is not known what became of it; 0 when there was none. */
function steadyAfter({ operations }: History, moment: number): number {
  const later = operations
    .filter(({ invoked }) => invoked >= moment)
    .toSorted((a, b) => a.invoked - b.invoked)
  const at = later.findLastIndex(({ outcome }) => outcome === 'info')
  return at === -1 ? 0 : Math.round((later[at]?.completed ?? moment) - moment)
}

describe('PostgreSQL (FLT-8)', () => {
  const WAYS: [string, faults.Fault, number][] = [
    ['crashes', faults.postgresCrashed, 0],
    ['is away', faults.postgresAway, 10_000],
  ]
  it.each(scaled(WAYS.slice(0, 1), WAYS))(
    '%s: no process ends, nothing that was told is lost, and all goes on by itself',
    async (_, fault, ms) => {
      const before = pids()
      for (let times = 0; times < scaled(1, 5); times++) {
        let steady = 0
        const judged = await underLoad(
          running.system,
          { random, perSecond: 50, clients: 24 },
          async (history) => {
            await breathe()
            await fault.strike(running.system, ms, random)
            const back = performance.now()
            await until(
              async () => performance.now() - back - steadyAfter(history, back),
              (quietMs) => quietMs > STEADY_MS,
              timeLimit(30_000),
            )
            steady = steadyAfter(history, back)
          },
        )
        told(`${fault.name}, steady after ${steady} ms`, judged)
        expect(steady).toBeLessThan(timeLimit(10_000))
        expect(judged.operations.some(({ outcome }) => outcome === 'info')).toBe(true)
      }
      expect(pids()).toEqual(before)
    },
    scaled(120_000, 600_000),
  )
})

describe('a pool whose connections are all held (FLT-9)', () => {
  /** Connections of booking. */
  const POOL = 10
  /**
   * Whoever has a connection waits for the lock for 2 s (`lock_timeout`), whoever has none waits for one for a second
   * (`connectionTimeoutMillis`); nobody does both, as none is given back before 2 s. The rest is for the machine.
   */
  const REFUSED_WITHIN_MS = timeLimit(3_000)

  it('lets nobody wait for long, and is whole afterwards', async () => {
    const { admin } = await setScene(running.system.url, running.system.bootstrapToken)
    const timed = async (path: string) => {
      const began = performance.now()
      const { status } = await admin.send('GET', path)
      return { status, ms: performance.now() - began }
    }
    const holder = new Client({ connectionString: running.system.adminDatabaseUrl })
    await holder.connect()
    await holder.query('begin; lock table booking.booking in access exclusive mode')
    let answered = 0
    const asking = Array.from({ length: 60 }, () => timed('/bookings').finally(() => answered++))
    await until(
      () =>
        running.system.sql(
          `select 1 from pg_stat_activity where application_name = 'kitroom-booking' and wait_event_type = 'Lock'`,
        ),
      (waiting) => waiting.length === POOL,
    )
    const meanwhile = await Promise.all([
      timed('/tags'),
      timed('/health'),
      fetch(`http://127.0.0.1:${running.system.ports.booking.http}/health/live`),
    ])
    const answeredMeanwhile = answered
    const answers = await Promise.all(asking)
    await holder.end()
    expect(meanwhile.map(({ status }) => status)).toEqual([200, 200, 200])
    expect(answeredMeanwhile).toBeLessThan(60)
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([503]))
    const quick = answers.filter(({ ms }) => ms < timeLimit(2_000)).length
    const slowest = Math.round(Math.max(...answers.map(({ ms }) => ms)))
    say(
      `pool exhausted: 60 answers, the slowest after ${slowest} ms, ${quick} as those who have no connection`,
    )
    expect(quick).toBeGreaterThanOrEqual(60 - POOL)
    expect(slowest).toBeLessThan(REFUSED_WITHIN_MS)
    const after = await Promise.all(Array.from({ length: 40 }, () => timed('/bookings')))
    expect(new Set(after.map(({ status }) => status))).toEqual(new Set([200]))
  })
})

describe('a stalled holder of a lock (CON-10)', () => {
  it('keeps the others waiting no longer than their limit, and its lock no longer than its own', async () => {
    const { staff, admin, lamps } = await setScene(running.system.url, running.system.bootstrapToken)
    const book = () => {
      const body = {
        start_at: new Date(Date.now() + 7_200_000).toISOString(),
        end_at: new Date(Date.now() + 10_800_000).toISOString(),
        items: [{ resource_id: lamps, quantity: 1 }],
      }
      return staff[0]?.send('POST', '/bookings', { body, key: crypto.randomUUID() })
    }
    const holder = new Client({ connectionString: running.system.databaseUrl('booking') })
    holder.on('error', () => undefined)
    await holder.connect()
    await holder.query('begin')
    await holder.query(`select set_config('app.org_id', $1, true)`, [admin.orgId])
    await holder.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [
      `booking:resource:${admin.orgId}:${lamps}`,
    ])
    const stalled = performance.now()
    const refused = await book()
    const waited = performance.now() - stalled
    expect(refused?.status).toBe(503)
    expect(waited).toBeGreaterThan(1_800)
    expect(waited).toBeLessThan(scaled(9_000, 4_000))
    let free = await book()
    while (free?.status === 503 && performance.now() - stalled < timeLimit(20_000)) free = await book()
    const freed = performance.now() - stalled
    say(`a stalled holder: others refused after ${Math.round(waited)} ms, free after ${Math.round(freed)} ms`)
    expect(free?.status).toBe(201)
    expect(freed).toBeLessThan(timeLimit(14_000))
    await holder.end().catch(() => undefined)
  })
})

describe('NATS', () => {
  it(
    'is away: nobody who works notices, and the audit is complete afterwards (FLT-4)',
    async () => {
      const auditWithinMs = scaled(90_000, 30_000)
      const judged = await underLoad(running.system, { random, auditWithinMs }, async () => {
        await breathe()
        await faults.natsAway.strike(running.system, scaled(3_000, 60_000), random)
        await breathe()
      })
      told('NATS away', judged)
      requireUnnoticed(judged)
    },
    scaled(150_000, 300_000),
  )

  it(
    'is killed again and again: nothing is lost or doubled (FLT-5)',
    async () => {
      const judged = await underLoad(running.system, { random }, async () => {
        await breathe()
        for (let times = 0; times < scaled(2, 10); times++) {
          await breathe(random.below(1_500))
          await faults.natsKilled.strike(running.system, 0, random)
        }
        await breathe()
      })
      told('NATS killed', judged)
      requireUnnoticed(judged)
    },
    scaled(150_000, 300_000),
  )

  it.each(
    scaled([faults.natsWipedWhileStopped], [faults.natsWipedWhileStopped, faults.natsWipedWhileRunning]),
  )(
    '$name: all is sent again, and the audit is complete without a hand (FLT-6)',
    async (fault) => {
      const judged = await underLoad(running.system, { random, auditWithinMs: 120_000 }, async () => {
        await breathe()
        await fault.strike(running.system, scaled(500, 5_000), random)
        await breathe()
      })
      told(fault.name, judged)
    },
    scaled(200_000, 400_000),
  )

  it(
    'takes no more: the relays wait at rest, and send all when it does again (FLT-7)',
    async () => {
      let busy = 1
      const unsent = () =>
        running.system.sql('select 1 from booking.outbox where published_at is null limit 1')
      const judged = await underLoad(running.system, { random }, async (_history, _scene, rest) => {
        const { empty } = await fillStream(running.system)
        await breathe(scaled(2_000, 20_000))
        await rest()
        busy = await busyness(running.system.processes.booking.pid ?? 0, scaled(3_000, 20_000))
        const waiting = await unsent()
        await empty()
        expect(waiting).toHaveLength(1)
      })
      told(`the stream is full, booking uses ${(busy * 100).toFixed(1)} % of a processor at rest`, judged)
      // A relay that never rests uses all of one; how much rest costs depends on the machine.
      expect(busy).toBeLessThan(scaled(0.3, 0.05))
    },
    scaled(150_000, 300_000),
  )
})
