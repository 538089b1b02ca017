import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type App, APPS, type KeptProcess } from '@kitroom/local'
import { scaled, until } from '@kitroom/testing'

import { enrol, foundOrganization, type Person } from './client.ts'
import { type Balancer, startBalancer } from './rolling/balancer.ts'
import { isFailed, type Load, type Outcome, stage, startLoad } from './rolling/load.ts'
import { auditIsSettled, type TestSystem, testSystem } from './test-system.ts'

const REPLICAS = 2
const ROUNDS = scaled(1, 20)
const PER_SECOND = scaled(10, 100)
/** Of the two processes of a service. */
const RESTARTED = scaled(1, 2)

let parts: AsyncDisposableStack
let system: TestSystem
let balancer: Balancer
let staff: Person
let resources: string[]
let booking: string

beforeAll(async () => {
  parts = new AsyncDisposableStack()
  const balance = async (instances: Parameters<typeof startBalancer>[0]) => {
    balancer = parts.use(await startBalancer(instances))
    return balancer.ports
  }
  system = parts.use(
    await testSystem({ replicas: { count: REPLICAS, balance }, env: { DRAIN_SECONDS: '5' } }),
  )
  const admin = await foundOrganization(system.url, system.bootstrapToken, 'University of the Arts')
  staff = await enrol(system.url, admin, 'staff')
  ;({ resources, booking } = await stage(staff, { lamps: 5, units: 10 }))
  await until(
    async () => readyCounts(),
    (counts) => counts.every((count) => count === REPLICAS),
    60_000,
  )
}, 180_000)
afterAll(() => parts.disposeAsync(), 60_000)

const readyCounts = () => APPS.map((app) => balancer.readyOf(app))
const pids = () => APPS.flatMap((app) => system.replicas(app).map(({ pid }) => pid))
const load = (): Promise<Load> => startLoad(system.url, staff, { resources, booking, perSecond: PER_SECOND })
const isBooking = (what: string) => what === 'POST /bookings'
const inShort = ({ what, status, detail, ms }: Outcome) =>
  `${what}: ${status} ${detail.slice(0, 300)} after ${ms.toFixed()} ms`
/** What went wrong. On a machine that is busy with other tests a few answers between services come too late. */
function failures(outcomes: readonly Outcome[]): string[] {
  const isLate = ({ detail }: Outcome) => detail.includes('did not answer in time')
  const { late = [], other = [] } = Object.groupBy(outcomes.filter(isFailed), (one) =>
    isLate(one) ? 'late' : 'other',
  )
  const few = scaled(outcomes.length / 20, 0)
  return [...other, ...(late.length > few ? late : [])].map(inShort)
}

/** Ends a process as an orchestrator does, and starts it again. Returns how it went. */
async function restart(app: App, process: KeptProcess) {
  const began = performance.now()
  const exit = await process.stop()
  const seconds = (performance.now() - began) / 1_000
  await process.start()
  await until(
    async () => balancer.readyOf(app),
    (count) => count === system.replicas(app).length,
    60_000,
  )
  return { app, code: exit?.code, seconds }
}

/** What was sent without a key is there at most once, and what was acknowledged with a key is there. */
async function requireOnce(outcomes: Outcome[]): Promise<void> {
  const twice = await system.sql('select text from booking.booking_message group by text having count(*) > 1')
  expect(twice).toEqual([])
  const kept = await system.sql<{ key: string }>('select key from booking.idempotency_key where status = 201')
  const keys = new Set(kept.map(({ key }) => key))
  const lost = outcomes.filter(({ what, status, key }) => isBooking(what) && status === 201 && !keys.has(key))
  expect(lost).toEqual([])
}

describe('two processes of each service, under load', () => {
  it(
    'are restarted one after the other, and no request fails',
    async () => {
      const loading = await load()
      const restarts = []
      for (let round = 0; round < ROUNDS; round++) {
        for (const app of APPS) {
          for (const process of system.replicas(app).slice(0, RESTARTED))
            restarts.push(await restart(app, process))
        }
      }
      const outcomes = await loading.stop()
      // There may be more of them than a call takes arguments.
      const slowest = outcomes.reduce((most, { ms }) => Math.max(most, ms), 0)
      const longest = Math.max(...restarts.map(({ seconds }) => seconds))
      console.info(
        `${restarts.length} restarts under ${outcomes.length} requests; the longest stop ${longest.toFixed(1)} s, the slowest answer ${slowest.toFixed()} ms`,
      )
      expect(failures(outcomes)).toEqual([])
      expect(restarts.filter(({ code, seconds }) => code !== 0 || seconds > 15)).toEqual([])
      await requireOnce(outcomes)
      await auditIsSettled(system)
    },
    scaled(180_000, 3_600_000),
  )
})

describe('while something that they need is away', () => {
  /** Asks everybody until the answers are as wanted. */
  const all = (path: string, apps: readonly App[], wanted: number) =>
    until(
      async () => (await Promise.all(apps.map((app) => balancer.askAll(app, path)))).flat(),
      (statuses) => statuses.every((status) => status === wanted),
      30_000,
    )
  const STORES = APPS.filter((app) => app !== 'gateway')

  it('NATS: every process is ready all the same, and books', async () => {
    const before = pids()
    await system.processes.nats?.stop()
    await all('/health/live', APPS, 200)
    await all('/health/ready', STORES, 200)
    const loading = await load()
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    expect(failures(await loading.stop())).toEqual([])
    await system.processes.nats?.start()
    expect(pids()).toEqual(before)
  })

  it.each(scaled<App[]>(['inventory'], STORES))('%s: the others are ready', async (away) => {
    for (const process of system.replicas(away)) await process.stop()
    await all(
      '/health/ready',
      STORES.filter((app) => app !== away),
      200,
    )
    await all('/health', ['gateway'], 200)
    for (const process of system.replicas(away)) await process.start()
    await all('/health/ready', STORES, 200)
  })

  it('PostgreSQL: nobody is ready, everybody is alive, and nobody has to be restarted', async () => {
    const before = pids()
    await system.processes.postgres?.stop()
    await all('/health/ready', STORES, 503)
    await all('/health/live', APPS, 200)
    await all('/health', ['gateway'], 200)
    await system.processes.postgres?.start()
    await all('/health/ready', APPS, 200)
    expect(pids()).toEqual(before)
  })
})

describe('one process of each service, under load', () => {
  it(
    'is restarted, and what fails meanwhile is told to come back, and done once or not at all',
    async () => {
      for (const app of APPS) await system.replicas(app)[1]?.stop()
      await until(
        async () => readyCounts(),
        (counts) => counts.every((count) => count === 1),
      )
      const loading = await load()
      for (let round = 0; round < ROUNDS; round++) {
        for (const app of scaled<App[]>(['booking'], ['booking', 'inventory', 'auth', 'audit'])) {
          const process = system.replicas(app)[0] as KeptProcess
          expect((await process.stop())?.code).toBe(0)
          await process.start()
          await until(
            async () => balancer.readyOf(app),
            (count) => count === 1,
            60_000,
          )
        }
      }
      const outcomes = await loading.stop()
      const failed = outcomes.filter(isFailed)
      console.info(`${failed.length} of ${outcomes.length} requests were told to come back`)
      expect(failed.length).toBeGreaterThan(0)
      expect(failed.filter(({ status, retryAfter }) => status !== 503 || !retryAfter).map(inShort)).toEqual(
        [],
      )
      await requireOnce(outcomes)
      await auditIsSettled(system)
    },
    scaled(120_000, 1_800_000),
  )
})
