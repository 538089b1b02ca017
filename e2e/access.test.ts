import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { ENDPOINTS } from '@kitroom/contracts'
import { scaled, until } from '@kitroom/testing'

import { changesInForce } from './access/changes-in-force.ts'
import { misplaceSecrets } from './access/misplace-secrets.ts'
import { occasions } from './access/occasions.ts'
import { keptSecrets, logsOf, secretsOf, tablesOf } from './access/secrets-of.ts'
import { steadyLoad } from './access/steady-load.ts'
import { type Wiretap, wiretap } from './access/wiretap.ts'
import { enrol, foundOrganization, PASSWORD, type Person, request } from './client.ts'
import { filled, someThings } from './samples.ts'
import { auditIsSettled, type TestSystem, testSystem } from './test-system.ts'

const rotateKeys = fileURLToPath(new URL('../services/auth/src/rotate-keys.ts', import.meta.url))
/** Auth looks at its keys every 5 s, the gateway here every 2 s. */
const [MAX_AGE, NOTICE] = ['2', '8']

let tap: Wiretap
let system: TestSystem
let admin: Person
beforeAll(async () => {
  tap = wiretap()
  system = await testSystem({ env: { SIGNING_KEYS_MAX_AGE_SECONDS: MAX_AGE } })
  admin = await foundOrganization(system.url, system.bootstrapToken, 'University of the Arts')
})
afterAll(async () => {
  tap[Symbol.dispose]()
  await system[Symbol.asyncDispose]()
})

const statusOf = async (who: Person, path: string) => (await who.send('GET', path)).status
const jsonLines = (text: string) =>
  text
    .split('\n')
    .flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as Record<string, unknown>] : []))
describe('a change of who may do what', () => {
  it('is in force within a second', async () => {
    expect(Math.max(...(await changesInForce(system, admin, 3_000)))).toBeLessThan(scaled(3_000, 1_000))
  })

  it('is in force within five seconds while NATS is away', async () => {
    await system.processes.nats?.stop()
    expect(Math.max(...(await changesInForce(system, admin, scaled(3_000, 6_000))))).toBeLessThan(
      scaled(14_000, 5_000),
    )
    await system.processes.nats?.start()
  })
})

describe('signing keys', () => {
  it(
    'are rotated under load without a refusal',
    async () => {
      const { databasePasswords, keyEncryptionKey } = await keptSecrets(system)
      const database = new URL(system.adminDatabaseUrl)
      database.username = 'kitroom_auth'
      database.password = databasePasswords['auth']?.app ?? ''
      const rotate = () =>
        promisify(execFile)(process.execPath, ['--conditions=@kitroom/source', rotateKeys], {
          env: {
            DATABASE_URL: database.toString(),
            KEY_ENCRYPTION_KEY: keyEncryptionKey,
            SIGNING_KEY_NOTICE_SECONDS: NOTICE,
          },
        })
      const fresh = () => enrol(system.url, admin, 'student')
      const kidOf = ({ token }: Person) =>
        (JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()) as { kid: string }).kid

      const people = [await fresh()]
      const load = steadyLoad(50, async (turn) => statusOf(people[turn % people.length]!, '/tags'))
      for (let rotation = 0; rotation < scaled(1, 12); rotation += 1) {
        const before = kidOf(people.at(-1)!)
        await rotate()
        await until(
          async () => people[people.push(await fresh()) - 1]!,
          (person) => kidOf(person) !== before,
          30_000,
        )
        for (let more = 0; more < 5; more += 1) people.push(await fresh())
      }
      const { statuses, sent } = await load.stop()
      console.log(`${sent} requests, ${new Set(people.map(kidOf)).size} keys`)
      expect([...statuses.keys()]).toEqual([200])
      expect(new Set(people.map(kidOf)).size).toBe(scaled(2, 13))
    },
    scaled(120_000, 600_000),
  )

  it(
    'that are known serve on while auth is away: nobody with a good token is told it is bad',
    async () => {
      const statuses = new Set<number>()
      await system.processes.auth.stop()
      const end = performance.now() + scaled(2_000, 60_000)
      while (performance.now() < end) statuses.add(await statusOf(admin, '/tags'))
      expect([...statuses].filter((status) => status !== 200 && status !== 503)).toEqual([])
      await system.processes.auth.start()
      // Somebody of whom the gateway remembers nothing gets in again when its breaker has closed.
      await until(
        async () => {
          expect(await statusOf(admin, '/tags')).not.toBe(401)
          const newcomer = await enrol(system.url, admin, 'student').catch(() => undefined)
          return newcomer === undefined ? 503 : statusOf(newcomer, '/tags')
        },
        (status) => status === 200,
        30_000,
      )
    },
    scaled(120_000, 150_000),
  )
})

describe('many people who sign in at once', () => {
  it('keep nobody from reading', async () => {
    const emails = await Promise.all(
      Array.from({ length: scaled(8, 50) }, async () => {
        const { id } = await enrol(system.url, admin, 'student')
        return ((await admin.send('GET', `/users/${id}`)).body as unknown as { email: string }).email
      }),
    )
    const reads = steadyLoad(50, () => statusOf(admin, '/resources'))
    const answers = await Promise.all(
      Array.from({ length: scaled(120, 500) }, (_, n) =>
        request(system.url, 'POST', '/auth/login', {
          body: { email: emails[n % emails.length], password: PASSWORD },
        }),
      ),
    )
    const { statuses, p99Ms, sent } = await reads.stop()
    const turnedAway = answers.filter(({ status }) => status === 503)
    console.log(
      `${sent} reads, p99 ${p99Ms} ms; ${answers.length} sign-ins, ${turnedAway.length} turned away`,
    )
    expect([...statuses.keys()]).toEqual([200])
    expect(answers.filter(({ status }) => status !== 200 && status !== 503)).toEqual([])
    expect(turnedAway.filter(({ headers }) => headers.get('retry-after') === null)).toEqual([])
  })
})

describe('what happens at the door', () => {
  it('is found in the log with who, where from and why, and in the audit when it changed something', async () => {
    const all = await occasions(system, admin)
    await auditIsSettled(system)
    const lines = await until(
      async () =>
        (await logsOf(system)).flatMap(([name, text]) =>
          ['gateway.log', 'auth.log'].includes(name) ? jsonLines(text) : [],
        ),
      (written) =>
        all.every(({ requestId }) =>
          written.some(({ msg, request_id }) => msg === 'request' && request_id === requestId),
        ),
    )
    const audited = await system.sql<{ request_id: string; actor: string; change: string }>(`
      select request_id, actor_user_id as actor, entity_type || ' ' || action as change
      from audit.audit_event order by change`)

    const found = all.map(({ name, requestId, audited: changed }) => {
      const of = lines.filter(({ request_id }) => request_id === requestId)
      const atGateway = of.find(({ msg }) => msg === 'request')
      const events = audited.filter(({ request_id }) => request_id === requestId)
      return {
        name,
        status: atGateway?.['status'],
        address: atGateway?.['address'],
        user: atGateway?.['user_id'],
        org: atGateway?.['org_id'],
        refused: atGateway?.['refused'],
        reason: of.find(({ service }) => service === 'auth')?.['reason'],
        ...(changed === undefined && events.length === 0
          ? {}
          : {
              audited: { actor: events[0]?.actor, changes: events.map(({ change }) => change) },
            }),
      }
    })
    expect(found).toEqual(
      all.map(({ requestId: _, audited: changed, ...occasion }) => ({
        user: undefined,
        org: undefined,
        refused: undefined,
        reason: undefined,
        ...occasion,
        address: '127.0.0.1',
        ...(changed === undefined ? {} : { audited: { ...changed, changes: changed.changes.toSorted() } }),
      })),
    )
    expect(found.length).toBeGreaterThanOrEqual(20)
  })
})

describe('what nobody may keep', () => {
  it('is marked so in every answer to whoever is signed in', async () => {
    const cached: string[] = []
    for (const { name, method, path, access } of ENDPOINTS.filter(({ access: who }) => who !== 'public')) {
      if (name === 'signOut') continue
      const { headers, status } = await admin.send(method, filled(path, randomUUID()), { key: randomUUID() })
      if (headers.get('cache-control') !== 'no-store') cached.push(`${name} ${status} ${access}`)
    }
    expect(cached).toEqual([])
  })

  it('is in no address: no operation takes a token or a password there', async () => {
    const { paths } = (await request(system.url, 'GET', '/openapi.json')).body as unknown as {
      paths: Record<string, Record<string, { parameters?: { in: string; name: string }[] }>>
    }
    const inAddress = Object.values(paths)
      .flatMap((operations) => Object.values(operations))
      .flatMap(({ parameters = [] }) => parameters)
      .filter((parameter) => parameter.in === 'query' || parameter.in === 'path')
    expect(inAddress.length).toBeGreaterThan(50)
    expect(inAddress.filter(({ name }) => /token|password|secret|session|key/i.test(name))).toEqual([])
  })

  it('is in no log, row or answer, whatever went wrong', async () => {
    const student = await enrol(system.url, admin, 'student')
    await someThings(admin, student)
    await misplaceSecrets(system, student)
    await auditIsSettled(system)

    const secrets: [string, string][] = [
      ...(await secretsOf(system)),
      ['a person’s password', PASSWORD],
      ...[...tap.tokens].map((token): [string, string] => ['a token', token]),
    ]
    const places = [...(await logsOf(system)), ...(await tablesOf(system))]
    expect(tap.tokens.size).toBeGreaterThan(10)
    expect(places.map(([name]) => name)).toEqual(expect.arrayContaining(['gateway.log', 'audit.audit_event']))
    const found = places.flatMap(([place, text]) =>
      secrets.filter(([, secret]) => text.includes(secret)).map(([name]) => `${name} in ${place}`),
    )
    // An answer may say again what its own request said: that is no news to whoever sent it.
    const told = tap.exchanges.flatMap(({ sent, answered }) =>
      secrets
        .filter(([, secret]) => answered.includes(secret) && !sent.includes(secret))
        .map(([name]) => `${name} in the answer to ${sent.slice(0, 200)}`),
    )
    expect([...new Set([...found, ...told])]).toEqual([])
  })
})
