import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { inHours, scaled, until } from '@kitroom/testing'

import { type Answer, enrol, foundOrganization, patiently, type Person } from './client.ts'
import { kill, revive, type TestSystem, testSystem } from './test-system.ts'

/** What one user, and an organisation, may ask in a minute. */
const [LIMIT, TOGETHER] = [60, 100]

let system: TestSystem
let admin: Person
let lamps: string

beforeAll(async () => {
  system = await testSystem({
    env: { RATE_LIMIT_PER_MINUTE: String(LIMIT), RATE_LIMIT_ORG_PER_MINUTE: String(TOGETHER) },
  })
  admin = await foundOrganization(system.url, system.bootstrapToken, 'University of the Arts')
  const name = `Lamp ${randomUUID()}`
  const made = await admin.send('POST', '/resources', {
    body: { type: 'Light', name, units: [{ barcode: name }] },
  })
  lamps = (made.body as unknown as { id: string }).id
})
afterAll(async () => {
  await system[Symbol.asyncDispose]()
})

let hour = 24
const wish = () => {
  hour += 1
  return { start_at: inHours(hour), end_at: inHours(hour + 1), items: [{ resource_id: lamps, quantity: 1 }] }
}
const keptFor = (key: string) =>
  system.sql<{ status: number }>('select status from booking.idempotency_key where key = $1', [key])

interface Refusable {
  ask: (key: string) => Promise<Answer>
  repair: (refused: Answer) => unknown
}

const allReady = () =>
  until(
    () => admin.send('GET', '/health/ready').catch(() => undefined),
    (answer) => answer?.status === 200,
    30_000,
  )
/** The full form waits as it was told. Limits are counted by the gateway's process, so a new one begins at nothing, too. */
async function newMinute({ headers }: Answer): Promise<void> {
  if (scaled(false, true)) return sleep(Number(headers.get('retry-after')) * 1_000)
  kill(system, 'gateway')
  await revive(system, 'gateway')
  await allReady()
}
const student = () => enrol(system.url, admin, 'student')
const booking = (who: Person) => {
  const body = wish()
  return (key: string) => who.send('POST', '/bookings', { body, key })
}
const refusedAtLast = (who: Person) =>
  until(
    async () =>
      (await Promise.all(Array.from({ length: 10 }, () => who.send('GET', '/tags?limit=1')))).at(-1),
    (answer) => answer?.status === 429,
  )

describe('a refusal that says nothing of the matter itself is not kept for the key (IDM-8)', () => {
  it.each<[number, string, () => Promise<Refusable>]>([
    [
      429,
      'of a user',
      async () => {
        const ann = await student()
        await refusedAtLast(ann)
        return { ask: booking(ann), repair: newMinute }
      },
    ],
    [
      429,
      'of an organisation',
      async () => {
        // Of whom ann herself has asked nothing.
        const [ann, ben, cleo] = [await student(), await student(), await student()]
        await refusedAtLast(ben)
        await refusedAtLast(cleo)
        return { ask: booking(ann), repair: newMinute }
      },
    ],
    [
      401,
      'of a token',
      async () => {
        const ann = await student()
        const [body, headers] = [wish(), { Authorization: 'Bearer none' } as Record<string, string>]
        return {
          ask: (key) => ann.send('POST', '/bookings', { body, key, headers }),
          repair: () => delete headers['Authorization'],
        }
      },
    ],
    [
      400,
      'of a body',
      async () => {
        const ann = await student()
        const sent = { ...wish(), items: [] as object[] }
        return {
          ask: (key) => ann.send('POST', '/bookings', { body: sent, key }),
          repair: () => Object.assign(sent, wish()),
        }
      },
    ],
    [
      403,
      'of a member who was none',
      async () => {
        const ann = await student()
        const isMember = async (roles: string[]) => {
          const { status } = await admin.send('PATCH', `/users/${ann.id}`, { body: { roles }, ifMatch: '*' })
          expect(status).toBe(200)
          // Within the gateway's memory of callers, and with few enough requests.
          const wanted = roles.length === 0 ? 403 : 200
          await until(
            async () => (await ann.send('GET', '/tags?limit=1')).status,
            (heard) => heard === wanted,
          )
        }
        await isMember([])
        return { ask: booking(ann), repair: () => isMember(['student']) }
      },
    ],
    [
      503,
      'of a service that is away',
      async () => {
        const ann = await student()
        await system.processes.booking.stop()
        return {
          ask: booking(ann),
          repair: async () => {
            await system.processes.booking.start()
            await allReady()
          },
        }
      },
    ],
  ])('%i %s', async (status, _, made) => {
    const { ask, repair } = await made()
    const key = randomUUID()
    const refused = await ask(key)
    expect(refused.status).toBe(status)
    expect(await keptFor(key)).toEqual([])
    await repair(refused)
    const done = await patiently(() => ask(key))
    expect([done.status, done.headers.get('idempotent-replayed')]).toEqual([201, null])
    expect(await keptFor(key)).toEqual([{ status: 201 }])
    const again = await ask(key)
    expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([201, 'true'])
    expect(again.body).toEqual(done.body)
  })
})
