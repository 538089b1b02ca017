import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { scaled, seededRandom, timeLimit, until } from '@kitroom/testing'

import { enrol, foundOrganization, type Person, signedInAgain } from './client.ts'
import { memoryIsBack, memoryOf, openFilesOf } from './memory.ts'
import { someThings, type Things } from './samples.ts'
import { logLinesOf } from './telemetry/log-lines.ts'
import { type TestSystem, testSystem } from './test-system.ts'
import { credentialsOf } from './wire.ts'

const DAY = 24 * 3_600_000
const from = new Date().toISOString()
const to = new Date(Date.now() + 100 * DAY).toISOString()

let system: TestSystem
let admin: Person
let things: Things

beforeAll(async () => {
  // Nothing is looked for meanwhile but what requests ask for.
  system = await testSystem({ env: { LOOKOUT_SECONDS: '999' } })
  admin = await foundOrganization(system.url, system.bootstrapToken, 'University of the Arts')
  things = await someThings(admin, await enrol(system.url, admin, 'student'))
})
afterAll(async () => {
  await system[Symbol.asyncDispose]()
})

/** Asks, and gives up after a time; says what became of it. */
async function ask(path: string, patienceMs?: number, init: RequestInit = {}): Promise<string> {
  try {
    const response = await fetch(`${system.url}${path}`, {
      ...init,
      headers: [...credentialsOf(admin), ['Content-Type', 'application/json']],
      ...(patienceMs === undefined ? {} : { signal: AbortSignal.timeout(patienceMs) }),
    })
    await response.arrayBuffer()
    return `${Math.floor(response.status / 100)}xx`
  } catch {
    return 'gone'
  }
}

const READS = () => [
  '/bookings?limit=100',
  '/resources?limit=100&q=a',
  `/availability?from=${from}&to=${to}`,
  '/reports/demand',
  '/audit?limit=100',
  `/bookings/${things.bookings}`,
]

const isServed = async () =>
  expect(
    await until(
      () => ask('/bookings'),
      (end) => end === '2xx',
    ),
  ).toBe('2xx')

/** Connections of the pools of the services, by service. */
async function connections(): Promise<Record<string, number>> {
  const rows = await system.sql<{ name: string; count: number }>(`
    select application_name as name, count(*)::int as count from pg_stat_activity
    where application_name in ('kitroom-auth', 'kitroom-inventory', 'kitroom-booking', 'kitroom-audit')
    group by application_name`)
  return Object.fromEntries(rows.map(({ name, count }) => [name, count]))
}

describe('callers that have gone (DOS-9)', () => {
  /** Work of the services for requests. */
  const RUNNING = `select query from pg_stat_activity
    where application_name in ('kitroom-auth', 'kitroom-inventory', 'kitroom-booking', 'kitroom-audit')
      and state <> 'idle'`

  it('leave nothing running a second later', async () => {
    const [CALLS, AT_ONCE] = [scaled(300, 1_000), 100]
    const ended: string[] = []
    while (ended.length < CALLS) {
      const wave = Array.from({ length: AT_ONCE }, (_, n) => ask(READS()[n % READS().length] ?? '', 100))
      ended.push(...(await Promise.all(wave)))
    }
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    const gone = ended.filter((end) => end === 'gone')
    // Of some the client itself was too busy to ask; these had been asked.
    const begun = logLinesOf(system).filter(({ aborted }) => aborted === true)
    console.info(`${gone.length} of ${CALLS} had gone, ${begun.length} of them from a gateway at work`)
    expect(begun.length).toBeGreaterThan(scaled(0, CALLS / 4))
    // The arbiter looks around each second, for a moment.
    await until(
      () => system.sql<{ query: string }>(RUNNING),
      (left) => left.length === 0,
      timeLimit(1_000),
    )
    await isServed()
  })
})

describe('connections to the database (DOS-10)', () => {
  it('are fewer than four fifths of what PostgreSQL gives by default, however many ask', async () => {
    await Promise.all(Array.from({ length: 150 }, (_, n) => ask(READS()[n % READS().length] ?? '')))
    const open = await connections()
    console.info(JSON.stringify(open))
    for (const count of Object.values(open)) expect(count).toBeLessThanOrEqual(10)
    const [all] = await system.sql<{ count: number }>(
      `select count(*)::int as count from pg_stat_activity where application_name like '%kitroom%' or application_name like '%-ear'`,
    )
    // Four pools of ten, and beside each the relay, the bell and the ear, each on a connection of its own.
    expect(4 * (10 + 3)).toBeLessThanOrEqual(0.8 * 100)
    expect(all?.count).toBeLessThanOrEqual(4 * (10 + 3))
    await isServed()
  })
})

describe('a long time of requests, every tenth given up (DOS-11)', () => {
  const TOTAL = Number(process.env['KITROOM_TEST_REQUESTS'] ?? scaled(1_500, 200_000))
  const random = seededRandom()

  it(`leaves nothing behind (KITROOM_TEST_SEED=${random.seed})`, async () => {
    const ended = new Map<string, number>()
    const one = async (n: number) => {
      if (n % 50_000 === 49_999) admin = await signedInAgain(system.url, admin)
      const patience = random.below(10) === 0 ? 1 + random.below(20) : undefined
      const post = (path: string, body: object) =>
        ask(path, patience, { method: 'POST', body: JSON.stringify(body) })
      const kind = random.below(10)
      const end = await (kind === 0
        ? post('/tags', { name: `tag ${random.seed} ${n}` })
        : kind === 1
          ? post('/bookings', { start_at: 'now' })
          : kind === 2
            ? ask(`/resources/${admin.id}`, patience)
            : ask(random.pick(READS()), patience))
      ended.set(end, (ended.get(end) ?? 0) + 1)
    }
    let sent = 0
    const sendUntil = (count: number) =>
      Promise.all(
        Array.from({ length: 12 }, async () => {
          while (sent < count) await one(sent++)
        }),
      )
    await sendUntil(TOTAL / 5)
    const before = { memory: memoryOf(system), files: openFilesOf(system) }
    await sendUntil(TOTAL)
    console.info(`seed ${random.seed}: ${JSON.stringify({ ...Object.fromEntries(ended), ...before })}`)

    expect(ended.get('5xx') ?? 0).toBeLessThan(TOTAL / 100)
    expect(ended.get('gone')).toBeGreaterThan(TOTAL / 50)
    const files = await until(
      () => Promise.resolve(openFilesOf(system)),
      (now) => Object.entries(now).every(([name, open]) => open <= (before.files[name] ?? open) + 5),
      100_000,
    )
    for (const count of Object.values(await connections())) expect(count).toBeLessThanOrEqual(10)
    const memory = TOTAL < 50_000 ? memoryOf(system) : await memoryIsBack(system, before.memory)
    console.info(`idle again: ${JSON.stringify({ memory, files })}`)
    admin = await signedInAgain(system.url, admin)
    await isServed()
  }, 3_600_000)
})
