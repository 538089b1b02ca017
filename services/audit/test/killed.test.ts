import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { connectBroker } from '@kitroom/events'
import { startNats } from '@kitroom/local-servers'
import { createLogger } from '@kitroom/service'
import { scaled, seededRandom, type TestDatabase, testDatabase, testIdentity, until } from '@kitroom/testing'
import { v7 as uuidv7 } from 'uuid'

import { migrations } from '../src/persistence/migrations/index.ts'
import { manyChanged } from './events.ts'
import { openTrail } from './trail.ts'

const parts = new AsyncDisposableStack()
let store: TestDatabase
let natsUrl: string
let environment: Record<string, string>

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'kitroom-audit-'))
  parts.defer(() => rm(folder, { recursive: true, force: true }))
  natsUrl = parts.adopt(await startNats({ dataDir: folder }), (nats) => nats.stop()).url
  store = parts.use(await testDatabase('audit', migrations))
  const identity = await testIdentity()
  environment = {
    HTTP_PORT: '0',
    GRPC_PORT: '0',
    NATS_URL: natsUrl,
    DATABASE_URL: store.url,
    SERVICE_PRIVATE_KEY: JSON.stringify(identity.privateJwk('audit')),
    SERVICE_PUBLIC_KEYS: JSON.stringify(identity.publicJwks),
    EXIT_WITH_PARENT: '1',
    LOG_LEVEL: 'error',
  }
})
afterAll(() => parts.disposeAsync())

function startAudit(): ChildProcess {
  const main = `${import.meta.dirname}/../src/main.ts`
  const args = ['--conditions=@kitroom/source', '--disable-warning=ExperimentalWarning', main]
  const child = spawn(process.execPath, args, { env: environment, stdio: ['pipe', 'ignore', 'inherit'] })
  parts.defer(() => void child.kill('SIGKILL'))
  return child
}

it('records each event once, however often it comes and the audit is killed (EVT-7)', async () => {
  const random = seededRandom()
  const broker = parts.use(
    connectBroker({ url: natsUrl, name: 'test', logger: createLogger({ service: 'test', level: 'silent' }) }),
  )
  await broker.reachable(AbortSignal.timeout(10_000))
  await broker.ensureStream()
  const orgs = [uuidv7(), uuidv7(), uuidv7()]
  const events = orgs.flatMap((orgId) => manyChanged(scaled(500, 3_334), { orgId }))
  // The broker drops what has a message id that it knows; the others are as if it had forgotten them.
  const sent = events
    .flatMap((event) =>
      ['', ':again', random.below(2) === 0 ? '' : ':and-again'].map((suffix) => ({ event, suffix })),
    )
    .map((one) => ({ ...one, place: random.next() }))
    .toSorted((a, b) => a.place - b.place)
  const wanted = scaled(3, 20)
  let kills = 0
  const publishing = new AbortController()
  const published = (async () => {
    for (let i = 0; i < sent.length; i += 100) {
      // However slowly the audit starts, there is something left for it at each kill.
      while (kills < wanted && i / sent.length > (kills + 1) / (wanted + 1)) await sleep(5)
      await Promise.all(
        sent
          .slice(i, i + 100)
          .map(({ event, suffix }) =>
            broker.publish(event.type, JSON.stringify(event), `${event.id}${suffix}`),
          ),
      )
      await sleep(scaled(20, 100))
    }
    publishing.abort()
  })()

  const recorded = async () =>
    Number((await store.admin<{ n: string }>('select count(*) as n from audit_event'))[0]?.n)
  const left = async () => (await broker.backlogs()).find(({ durable }) => durable === 'audit')?.pending
  let audit = startAudit()
  let amid = 0
  while (kills < wanted) {
    const before = await recorded()
    // Once it has recorded something it is in the middle of it; or there is nothing left to do.
    while ((await recorded()) === before && (await left()) !== 0) await sleep(5)
    await sleep(random.below(100))
    if ((await recorded()) > before && (await left()) !== 0 && !publishing.signal.aborted) amid += 1
    audit.kill('SIGKILL')
    await once(audit, 'exit')
    audit = startAudit()
    kills += 1
  }
  await published
  // What was delivered to the killed comes again after half a minute; nothing of it may be recorded again.
  await until(left, (events) => events === 0, 180_000)
  await using trail = openTrail(store)
  const ids = await store.admin<{ id: string }>('select id from audit_event')
  expect(ids.map(({ id }) => id).toSorted()).toEqual(events.map(({ id }) => id).toSorted())
  for (const orgId of orgs) expect(await trail.verify(orgId)).toMatchObject({ verified: true })
  console.log(
    `seed ${random.seed}: ${events.length} events, ${sent.length} times sent, killed ${kills} times, ${amid} of them in the middle`,
  )
  expect(amid).toBeGreaterThan(0)
}, 500_000)
