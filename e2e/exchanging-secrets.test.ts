import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { generateSigningKey, publicPart } from '@kitroom/access-token'
import { provision } from '@kitroom/database'
import { NATS_USERS, natsAuthorization, type NatsUser } from '@kitroom/events'
import { type App, APPS, type SystemOptions } from '@kitroom/local'
import { type LocalNats, startNats } from '@kitroom/local-servers'
import { scaled, until } from '@kitroom/testing'

import { steadyLoad } from './access/steady-load.ts'
import { enrol, foundOrganization, PASSWORD, type Person, request, signedInAgain } from './client.ts'
import { type Balancer, startBalancer } from './rolling/balancer.ts'
import { isFailed, type Outcome, stage, startLoad } from './rolling/load.ts'
import { auditIsSettled, type TestSystem, testSystem } from './test-system.ts'

/** Every process is restarted up to seven times, which takes minutes: `npm run test:faults` has it. */
const described = scaled<typeof describe | typeof describe.skip>(describe.skip, describe)

const REPLICAS = 2
const STORES = ['auth', 'inventory', 'booking', 'audit'] as const
const rotateKeys = fileURLToPath(new URL('../services/auth/src/rotate-keys.ts', import.meta.url))

let parts: AsyncDisposableStack
let system: TestSystem
let balancer: Balancer
let staff: Person
let resources: string[]
let booking: string
/** The variables of each process, for when it starts the next time. */
let environments: Parameters<NonNullable<SystemOptions['rewire']>>[0][]
let natsFolder: string
let nats: LocalNats
let natsPasswords: Record<NatsUser, string>

const word = () => randomBytes(24).toString('base64url')
const newNatsPasswords = () =>
  Object.fromEntries(NATS_USERS.map((user) => [user, word()])) as Record<NatsUser, string>
const startBroker = (port?: number) =>
  startNats({
    dataDir: natsFolder,
    authorization: natsAuthorization((user) => JSON.stringify(natsPasswords[user])),
    ...(port === undefined ? {} : { port }),
  })
const natsUrl = (user: NatsUser) => `nats://${user}:${natsPasswords[user]}@127.0.0.1:${nats.port}`

/** Gives every process of these services other variables, to be read at its next start. */
function set(
  apps: readonly App[],
  change: (app: App, old: Record<string, string>) => Record<string, string>,
) {
  for (const each of environments) for (const app of apps) Object.assign(each[app], change(app, each[app]))
}

/** Every process of these services, one after the other: two cores cannot start several in time for the load. */
async function roll(apps: readonly App[]): Promise<void> {
  for (const app of apps) {
    const path = app === 'gateway' ? '/health' : '/health/ready'
    for (const [number, process] of system.replicas(app).entries()) {
      const statusOf = async () => (await balancer.askAll(app, path))[number]
      const others = balancer.readyOf(app) - ((await statusOf()) === 200 ? 1 : 0)
      expect((await process.stop())?.code).toBe(0)
      await process.start()
      await until(
        async () => (await statusOf()) === 200 && balancer.readyOf(app) > others,
        (isBack) => isBack,
        60_000,
      )
    }
  }
}

const load = () => startLoad(system.url, staff, { resources, booking, perSecond: 10 })
const inShort = ({ what, status, detail }: Outcome) => `${what}: ${status} ${detail.slice(0, 200)}`

/** Does something under a light load. Returns what failed of it. */
async function failedDuring(what: string, work: () => Promise<void>): Promise<Outcome[]> {
  const loading = await load()
  const [worked, outcomes] = [await work().catch((error: unknown) => ({ error })), await loading.stop()]
  if (worked !== undefined) throw worked.error
  const failed = outcomes.filter(isFailed)
  console.info(`${what}: ${failed.length} of ${outcomes.length} requests failed`)
  return failed
}

async function withoutFailure(what: string, work: () => Promise<void>): Promise<void> {
  expect((await failedDuring(what, work)).map(inShort)).toEqual([])
}

beforeAll(async () => {
  parts = new AsyncDisposableStack()
  natsFolder = await mkdtemp(join(tmpdir(), 'kitroom-e2e-nats-'))
  parts.defer(() => rm(natsFolder, { recursive: true, force: true }))
  natsPasswords = newNatsPasswords()
  nats = await startBroker()
  parts.defer(() => nats.stop())
  environments = []
  const balance = async (instances: Parameters<typeof startBalancer>[0]) => {
    balancer = parts.use(await startBalancer(instances))
    return balancer.ports
  }
  system = parts.use(
    await testSystem({
      replicas: { count: REPLICAS, balance },
      env: { DRAIN_SECONDS: '5', SIGNING_KEYS_MAX_AGE_SECONDS: '2', NATS_URL: nats.url },
      rewire: (planned) => {
        environments.push(planned)
        for (const app of APPS) planned[app]['NATS_URL'] = natsUrl(app)
        return Promise.resolve(planned)
      },
    }),
  )
  const admin = await foundOrganization(system.url, system.bootstrapToken, 'University of the Arts')
  staff = await enrol(system.url, admin, 'staff')
  ;({ resources, booking } = await stage(staff, { lamps: 1, units: 20 }))
  await until(
    async () => APPS.map((app) => balancer.readyOf(app)),
    (counts) => counts.every((count) => count === REPLICAS),
    60_000,
  )
}, 180_000)
afterAll(() => parts.disposeAsync(), 60_000)

described('a secret is exchanged under load as docs/operations/maintenance.md says (SEC-5)', () => {
  it('the services’ own keys: no request fails', async () => {
    const old = JSON.parse(environments[0]!.gateway['SERVICE_PUBLIC_KEYS']!) as { keys: object[] }
    const fresh = Object.fromEntries(
      await Promise.all(APPS.map(async (app) => [app, await generateSigningKey(`${app}:2`)] as const)),
    )
    const added = APPS.map((app) => publicPart(fresh[app]!))
    await withoutFailure('own keys', async () => {
      set(APPS, () => ({ SERVICE_PUBLIC_KEYS: JSON.stringify({ keys: [...old.keys, ...added] }) }))
      await roll(APPS)
      set(APPS, (app) => ({ SERVICE_PRIVATE_KEY: JSON.stringify(fresh[app]) }))
      await roll(APPS)
      set(APPS, () => ({ SERVICE_PUBLIC_KEYS: JSON.stringify({ keys: added }) }))
      await roll(APPS)
    })
    await auditIsSettled(system)
  }, 900_000)

  it('the key that seals signing keys: no request fails, and people sign in all the time', async () => {
    const old = environments[0]!.auth['KEY_ENCRYPTION_KEY']!
    const next = randomBytes(32).toString('base64')
    const kidOf = async () => {
      const { token } = await signedInAgain(system.url, staff)
      return JSON.parse(Buffer.from(token.split('.')[0]!, 'base64url').toString()).kid as string
    }
    await withoutFailure('sealing key', async () => {
      const before = await kidOf()
      const body = { email: staff.email, password: PASSWORD }
      const signIns = steadyLoad(1, async () =>
        request(system.url, 'POST', '/auth/login', { body }).then(({ status }) => status),
      )
      set(['auth'], () => ({ KEY_ENCRYPTION_KEY: next, PREVIOUS_KEY_ENCRYPTION_KEY: old }))
      await roll(['auth'])
      await promisify(execFile)(process.execPath, ['--conditions=@kitroom/source', rotateKeys], {
        env: {
          DATABASE_URL: environments[0]!.auth['DATABASE_URL'],
          KEY_ENCRYPTION_KEY: next,
          PREVIOUS_KEY_ENCRYPTION_KEY: old,
          SIGNING_KEY_NOTICE_SECONDS: '8',
        },
      })
      await until(kidOf, (kid) => kid !== before, 30_000)
      for (const { auth } of environments) delete auth['PREVIOUS_KEY_ENCRYPTION_KEY']
      await roll(['auth'])
      const { statuses, sent } = await signIns.stop()
      console.info(`${sent} sign-ins`)
      expect([...statuses.keys()]).toEqual([200])
    })
  }, 600_000)

  it('the broker’s passwords: no request fails, and every event arrives', async () => {
    await withoutFailure('broker’s passwords', async () => {
      natsPasswords = newNatsPasswords()
      await nats.stop()
      nats = await startBroker(nats.port)
      // As long as nobody has the new ones, events wait.
      await until(
        () => system.sql('select from booking.outbox where confirmed_at is null'),
        (waiting) => waiting.length > 0,
      )
      set(APPS, (app) => ({ NATS_URL: natsUrl(app) }))
      await roll(APPS)
    })
    await auditIsSettled(system)
  }, 600_000)

  it('the database’s passwords: what meanwhile needs a new connection is told to come back, nothing else', async () => {
    const failed = await failedDuring('database’s passwords', async () => {
      const services = STORES.map((service) => ({ service, password: word(), ownerPassword: word() }))
      const urls = await provision({ adminUrl: system.adminDatabaseUrl, services })
      // Those that are open would live on, and the load is too light to need more.
      await system.sql(`
        select pg_terminate_backend(pid) from pg_stat_activity where usename = 'kitroom_booking'`)
      await until(
        async () => balancer.readyOf('booking'),
        (count) => count === 0,
      )
      set(STORES, (app) => ({ DATABASE_URL: urls[app]!.url }))
      await roll(STORES)
    })
    expect(failed.length).toBeGreaterThan(0)
    expect(failed.filter(({ status, retryAfter }) => status !== 503 || !retryAfter).map(inShort)).toEqual([])
    const twice = await system.sql(
      'select text from booking.booking_message group by text having count(*) > 1',
    )
    expect(twice).toEqual([])
    await auditIsSettled(system)
  }, 600_000)
})
