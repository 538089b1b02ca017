import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { inHours, scaled, seededRandom } from '@kitroom/testing'

import { enrol, foundOrganization, type Person, request, signedInAgain } from './client.ts'
import { heldUp, killedWhileHeldUp } from './crash/held-up.ts'
import { BOOKING, PAYING, type Step } from './crash/steps.ts'
import { type Heard, postUntilAnswered } from './persistent-client.ts'
import { auditIsSettled, kill, revive, type TestSystem, testSystem } from './test-system.ts'

let system: TestSystem
let admin: Person
let staff: Person
let ann: Person
/** Decides at which moments services are killed. */
const random = seededRandom()

beforeAll(async () => {
  system = await testSystem()
  admin = await foundOrganization(system.url, system.bootstrapToken, 'University of the Arts')
  staff = await enrol(system.url, admin, 'staff')
  ann = await enrol(system.url, admin, 'student')
})
beforeEach(signInAgain)
afterAll(async () => {
  await system[Symbol.asyncDispose]()
})

async function signInAgain(): Promise<void> {
  const again = (who: Person) => signedInAgain(system.url, who)
  ;[admin, staff, ann] = await Promise.all([again(admin), again(staff), again(ann)])
}

async function equip(units: number): Promise<string> {
  const name = `Lamp ${randomUUID()}`
  const barcodes = Array.from({ length: units }, (_, unit) => ({ barcode: `${name} ${unit}` }))
  const made = await staff.send('POST', '/resources', { body: { type: 'Light', name, units: barcodes } })
  expect(made.status).toBe(201)
  return (made.body as unknown as { id: string }).id
}

/** Everything that was asked for in this file, by key, and the last answer heard. */
const asked = new Map<string, { body: object; heard: Heard }>()

/** Books the resource for some hours, whatever it takes; the key is the purpose, so that the table can be asked by it. */
async function book(resourceId: string, from: number, hours = 1): Promise<Heard> {
  const key = randomUUID()
  const body = {
    start_at: inHours(from),
    end_at: inHours(from + hours),
    purpose: key,
    items: [{ resource_id: resourceId, quantity: 1 }],
  }
  const heard = await postUntilAnswered(system.url, ann, { path: '/bookings', key, body })
  asked.set(key, { body, heard })
  return heard
}

/** Kills booking while what it is asked is held up at a step, and gives what is heard in the end. */
const killedAt = (step: Step, resource: string, ask: () => Promise<Heard>): Promise<Heard> =>
  killedWhileHeldUp(
    system,
    { service: 'booking', params: step.hold.includes('$1') ? [ann.orgId, resource] : [], ...step },
    ask,
  )

/** Who was killed before all was sent did nothing, so that it is the repetition that does it. */
function requireDone(heard: Heard, step: Step): void {
  expect(heard.status).toBe(201)
  if (step.sent !== true) expect(heard.replayed).toBe(false)
}

/** What was sent together ends together: one of those is enough in the short form. */
const stepsOf = (steps: Record<string, Step>) => {
  const all = Object.entries(steps)
  const sent = all.filter(([, step]) => step.sent === true)
  return scaled(
    all.filter((step) => !sent.slice(1).includes(step)),
    all,
  )
}

describe('a keyed booking whose service is killed', () => {
  it.each(stepsOf(BOOKING))(
    'while %s has happened wholly or not at all, and happens once',
    async (_, step) => {
      for (let times = 0; times < scaled(1, 100); times++) {
        const resource = await equip(1)
        const heard = await killedAt(step, resource, () => book(resource, 1))
        requireDone(heard, step)
      }
    },
    scaled(120_000, 1_200_000),
  )

  it(
    'during its commit has happened, and the repetition hears the answer nobody heard',
    async () => {
      await system.sql(`
        create function linger() returns trigger language plpgsql as $$ begin perform pg_sleep(1); return null; end $$;
        create constraint trigger linger after insert on booking.idempotency_key
          deferrable initially deferred for each row execute function linger()`)
      for (let times = 0; times < scaled(1, 100); times++) {
        const booking = book(await equip(1), 1)
        await heldUp(system, /^commit/i, 'PgSleep')
        await crash('booking')
        expect(await booking).toMatchObject({ status: 201, replayed: true })
      }
      await system.sql('drop function linger cascade')
    },
    scaled(120_000, 1_200_000),
  )

  it(
    'at any moment, among others for the same units, has one outcome',
    async () => {
      for (let round = 0; round < scaled(2, 300); round++) {
        if (round % 50 === 49) await signInAgain()
        const resource = await equip(2)
        const bookings = Array.from({ length: 12 }, (_, who) => book(resource, 1 + (who % 3), 2))
        await delay(random.below(150))
        await crash('booking')
        const statuses = (await Promise.all(bookings)).map(({ status }) => status)
        expect(new Set(statuses)).toEqual(new Set([201, 409]))
      }
    },
    scaled(180_000, 3_600_000),
  )

  it.each(scaled<('inventory' | 'auth')[]>(['inventory'], ['inventory', 'auth']))(
    'or whose neighbour %s is, has one outcome',
    async (neighbour) => {
      const resource = await equip(1)
      const bookings = [book(resource, 1)]
      kill(system, neighbour)
      const isWhole = async () => {
        const { body } = await request(system.url, 'GET', '/health')
        return (body as unknown as { status: string }).status === 'ok'
      }
      for (let hour = 2; hour < 7 || !(await isWhole()); hour++) {
        bookings.push(book(resource, hour))
        await delay(250)
      }
      const heard = await Promise.all(bookings)
      expect(new Set(heard.map(({ status }) => status))).toEqual(new Set([201]))
    },
  )

  it(
    'is there once, says the same to the letter whenever it is repeated, and is once in the audit',
    async () => {
      for (const [key, { body, heard }] of asked) {
        const again = await postUntilAnswered(system.url, ann, { path: '/bookings', key, body })
        expect(again).toEqual({ ...heard, replayed: true, tries: again.tries })
      }
      const made = await system.sql<{ key: string; id: string }>(
        'select purpose as key, id from booking.booking where purpose = any($1)',
        [[...asked.keys()]],
      )
      const accepted = [...asked].filter(([, { heard }]) => heard.status === 201)
      expect(made.map(({ key }) => key).toSorted()).toEqual(accepted.map(([key]) => key).toSorted())
      for (const { key, id } of made) expect(asked.get(key)?.heard.location).toBe(`/bookings/${id}`)

      const overlaps = await system.sql(`
      select 1 from booking.occupancy a join booking.occupancy b
        on a.unit_id = b.unit_id and a.item_id < b.item_id and a.during && b.during`)
      expect(overlaps).toHaveLength(0)

      await auditIsComplete()
      const told = await system.sql<{ entity_id: string }>(
        `select entity_id from audit.audit_event where entity_type = 'Booking' and action = 'CREATE'`,
      )
      expect(told.map((row) => row.entity_id).toSorted()).toEqual(made.map(({ id }) => id).toSorted())
    },
    scaled(120_000, 600_000),
  )
})

describe('a keyed payment whose service is killed', () => {
  /** What booking goes through step by step need not be all gone through again in the short form. */
  const steps = stepsOf(PAYING).slice(scaled(-2, 0))
  const ROUNDS = scaled(2, 4)

  async function impose(): Promise<string> {
    const body = { user_id: ann.id, amount_cents: 250, reason: 'A strap is missing.' }
    const heard = await postUntilAnswered(system.url, staff, { path: '/fines', key: randomUUID(), body })
    expect(heard.status).toBe(201)
    return (JSON.parse(heard.text) as { id: string }).id
  }
  const pay = (fines: string[], key: string = randomUUID()) => {
    const body = { fine_ids: fines, amount_cents: 250 * fines.length, currency: 'EUR', method: 'CASH' }
    return postUntilAnswered(system.url, ann, { path: '/fines/payments', key, body })
  }

  it.each(steps)('while %s has happened wholly or not at all, and happens once', async (_, step) => {
    const [fines, key] = [[await impose(), await impose()], randomUUID()]
    const heard = await killedAt(step, '', () => pay(fines, key))
    requireDone(heard, step)
    expect(await pay(fines, key)).toEqual({ ...heard, replayed: true, tries: 1 })
  })

  it('at any moment, among others for the same fine, has one outcome', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const fine = await impose()
      const payments = Array.from({ length: 8 }, () => pay([fine]))
      await delay(random.below(100))
      await crash('booking')
      const statuses = (await Promise.all(payments)).map(({ status }) => status)
      expect(statuses.toSorted()).toEqual([201, ...Array<number>(7).fill(409)])
    }
  })

  it('has the next number, without gaps, and is once in the audit', async () => {
    const made = await system.sql<{ id: string; number: number }>(
      'select id, number from booking.payment where org_id = $1 order by number',
      [ann.orgId],
    )
    expect(made.map(({ number }) => number)).toEqual(made.map((_, at) => at + 1))
    expect(made).toHaveLength(steps.length + ROUNDS)
    await auditIsComplete()
    const told = await system.sql<{ entity_id: string }>(
      `select entity_id from audit.audit_event where entity_type = 'Payment' and action = 'CREATE'`,
    )
    expect(told.map((row) => row.entity_id).toSorted()).toEqual(made.map(({ id }) => id).toSorted())
  })
})

describe('the audit', () => {
  const [CHANGES, KILLS] = scaled([120, 2], [300, 5])
  it(`has each of ${CHANGES} changes once although it is killed while they are made (EVT-2, EVT-7)`, async () => {
    const names = Array.from({ length: CHANGES }, () => `tag-${randomUUID()}`)
    const queue = names.values()
    const client = async () => {
      for (const name of queue) {
        const posting = { path: '/tags', key: name, body: { name } }
        expect((await postUntilAnswered(system.url, staff, posting)).status).toBe(201)
        await delay(50)
      }
    }
    const changing = Promise.all([client(), client()])
    for (let times = 0; times < KILLS; times++) {
      await delay(500 + random.below(500))
      kill(system, 'audit')
      // The relay of those who make the changes too.
      if (times === 1) await crash('inventory')
      await revive(system, 'audit')
    }
    await changing
    await auditIsComplete()
    const told = await system.sql<{ name: string }>(
      `select after_json->>'name' as name from audit.audit_event
       where entity_type = 'Tag' and after_json->>'name' = any($1)`,
      [names],
    )
    expect(told.map(({ name }) => name).toSorted()).toEqual(names.toSorted())
  })

  it('misses nothing of the bookings made while NATS is away, and none of them fails', async () => {
    const resource = await equip(1)
    await system.processes.nats?.stop()
    const heard: Heard[] = []
    for (let hour = 1; hour <= 30; hour++) {
      heard.push(await book(resource, hour))
      await delay(100)
    }
    expect(new Set(heard.map(({ status, tries }) => `${status} at try ${tries}`))).toEqual(
      new Set(['201 at try 1']),
    )
    await system.processes.nats?.start()
    await auditIsComplete()
    const ids = heard.map(({ location }) => location?.replace('/bookings/', ''))
    const told = await system.sql<{ entity_id: string }>(
      'select entity_id from audit.audit_event where entity_id = any($1)',
      [ids],
    )
    expect(told.map((row) => row.entity_id).toSorted()).toEqual(ids.toSorted())
  })
})

const crash = async (name: 'booking' | 'inventory') => {
  kill(system, name)
  await revive(system, name)
}

/** Everything committed is in the audit, nothing else is, and its chain holds. */
async function auditIsComplete(): Promise<void> {
  await auditIsSettled(system)
  expect((await admin.send('GET', '/audit/verify')).body).toMatchObject({ verified: true })
}
