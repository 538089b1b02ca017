import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { APPS, type Ports, type SystemOptions } from '@kitroom/local'
import { scaled, until } from '@kitroom/testing'

import { journey } from './contract/journey.ts'
import { strictCalls } from './contract/strict-calls.ts'
import { startLoad } from './rolling/load.ts'
import { type Organization, organization } from './tenancy/organization.ts'
import { auditIsSettled, type TestSystem, testSystem } from './test-system.ts'
import { putCode, VERSION_BEFORE } from './versions/version-before.ts'
import { credentialsOf, wire } from './wire.ts'

/** Only `npm run test:faults` has it: a clone need not have the version before, nor its packages. */
const described = scaled<typeof describe | typeof describe.skip>(describe.skip, describe)

const NEW = join(import.meta.dirname, '..')

let parts: AsyncDisposableStack
let system: TestSystem
let before: string
/** What the next process that starts is of. */
let code: string
/** Where each of the two processes of a service listens. */
let pair: readonly Ports[]
let ours: Organization
/** For whom there is load. */
let busy: Organization

/** Whom a process reaches by each of its variables. */
const ASKED = /^(AUTH|INVENTORY|BOOKING|AUDIT)_(URL|GRPC)$/

/** Each process asks the other one of its neighbours: so, when there are two versions, every call crosses them. */
function crossed(): Pick<SystemOptions, 'replicas' | 'rewire'> {
  let number = 0
  return {
    replicas: {
      count: 2,
      balance: (instances) => {
        pair = instances
        return Promise.resolve(instances[0] as Ports)
      },
    },
    rewire: (environments) => {
      const other = pair[1 - number++] as Ports
      const reached = (name: string, value: string) => {
        const [, app = '', kind] = ASKED.exec(name) ?? []
        if (app === '') return value
        const { http, grpc } = other[app.toLowerCase() as keyof Ports]
        return kind === 'URL' ? `http://127.0.0.1:${http}` : `127.0.0.1:${grpc}`
      }
      return Promise.resolve(
        Object.fromEntries(
          Object.entries(environments).map(([app, variables]) => [
            app,
            Object.fromEntries(
              Object.entries(variables).map(([name, value]) => [name, reached(name, value)]),
            ),
          ]),
        ) as typeof environments,
      )
    },
  }
}

const gateways = () => pair.map(({ gateway }) => `http://127.0.0.1:${gateway.http}`)

async function bothReady(): Promise<void> {
  await Promise.all(
    gateways().map((url) =>
      until(
        async () => (await fetch(`${url}/health/ready`).catch(() => undefined))?.status,
        (status) => status === 200,
        60_000,
      ),
    ),
  )
}

/** Puts other code into the first or the second process of every service. */
async function replace(number: 0 | 1, by: string): Promise<void> {
  code = by
  for (const app of APPS) {
    const process = system.replicas(app)[number]
    expect((await process?.stop())?.code).toBe(0)
    await process?.start()
  }
  await bothReady()
}

/** Does every operation of the contract at a gateway, each answer held to this version's declaration. Gives how many. */
async function everythingAt(url: string): Promise<number> {
  const client = wire(url)
  // The version before answered HEAD with 200 where GET is 304; 20cbc05 mended that.
  const { call, heard } = strictCalls(client, ['GET'])
  await journey(call, system.bootstrapToken)
  client.close()
  return heard.size
}

const LISTS = ['users', 'resources', 'tags', 'bookings', 'fines', 'audit'].map((list) => `/${list}?limit=100`)

/** What an organisation is told of itself. */
async function toldAt(url: string, { admin }: Organization): Promise<unknown[]> {
  const client = wire(url)
  const answers = []
  for (const path of LISTS) {
    const { status, text } = await client.send({ method: 'GET', path, headers: credentialsOf(admin) })
    answers.push([path, status, JSON.parse(text)])
  }
  client.close()
  return answers
}

async function requireHeard(): Promise<void> {
  await auditIsSettled(system)
  for (const service of ['audit', 'booking', 'inventory']) {
    const letters = await system.sql(`select consumer, subject, reason from ${service}.dead_letter`)
    expect([service, letters]).toEqual([service, []])
  }
}

described('the version before and this one, on one database and one broker (OPS-4)', () => {
  let told: unknown[]

  beforeAll(async () => {
    parts = new AsyncDisposableStack()
    before = await mkdtemp(join(tmpdir(), 'kitroom-before-'))
    parts.defer(() => rm(before, { recursive: true, force: true }))
    await putCode(VERSION_BEFORE, before)
    code = before
    const env = { LOOKOUT_SECONDS: '900' }
    system = parts.use(
      await testSystem({ ...crossed(), env, folderOf: (app) => join(code, 'services', app) }),
    )
    await bothReady()
    ours = await organization(system)
    busy = await organization(system)
    await auditIsSettled(system)
    told = await toldAt(system.url, ours)
  }, 600_000)
  afterAll(() => parts.disposeAsync(), 60_000)

  it('the version before works while the migrations of this one run', async () => {
    const { resources, bookings } = busy.things
    const load = await startLoad(system.url, busy.staff, {
      resources: [resources],
      booking: bookings,
      perSecond: 20,
    })
    code = NEW
    await system.migrate()
    await new Promise((resolve) => setTimeout(resolve, 3_000))
    const outcomes = await load.stop()
    const statuses = Object.groupBy(outcomes, ({ status }) => String(status))
    console.info(
      `${outcomes.length} requests:`,
      Object.entries(statuses).map(([status, those]) => `${those?.length} ${status}`),
    )
    // A unit may be taken: the hours are drawn.
    expect(outcomes.filter(({ status = 500 }) => status >= 400 && status !== 409)).toEqual([])
  })

  it.each([
    ['this one first, and the version before', 0, NEW],
    ['this one alone', 1, NEW],
    ['the version before again, and this one', 0, 'before'],
    ['the version before alone, on the tables of this one', 1, 'before'],
  ] as const)(
    '%s do everything there is to do at either gateway, and hear each other',
    async (_, at, by) => {
      await replace(at, by === 'before' ? before : NEW)
      const done = []
      for (const url of gateways()) done.push(await everythingAt(url))
      await requireHeard()
      console.info(`answers of different kinds at either gateway: ${done.join(', ')}`)
      expect(Math.min(...done)).toBeGreaterThan(60)
      for (const url of gateways()) expect(await toldAt(url, ours)).toEqual(told)
    },
    240_000,
  )
})
