import { randomUUID } from 'node:crypto'

import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { scaled, seededRandom, seeds, until } from '@kitroom/testing'
import fc from 'fast-check'
import { Client } from 'pg'

import {
  type Answer,
  type BookingSystem,
  bookingSystem,
  type Equipment,
  type Person,
} from './booking-system.ts'
import { withClients } from './with-clients.ts'

jest.setTimeout(scaled(120_000, 3_600_000))

const HOUR = 3_600_000
const base = Math.ceil(Date.now() / HOUR) * HOUR + 240 * HOUR
const at = (hour: number) => new Date(base + hour * HOUR).toISOString()

/** Pairs of rows that keep one unit at the same time: there must be none, whatever wrote them. */
const OVERLAPS = `
  select count(*)::int as count from occupancy a join occupancy b
    on a.org_id = b.org_id and a.unit_id = b.unit_id and a.item_id < b.item_id and a.during && b.during`

let system: BookingSystem
let org: string
let student: Person
let staff: Person

beforeAll(async () => {
  system = await bookingSystem()
  org = randomUUID()
  student = system.person('student', org)
  staff = system.person('staff', org)
})
afterAll(async () => {
  await system[Symbol.asyncDispose]()
})

const overlaps = async () => (await system.database.admin<{ count: number }>(OVERLAPS))[0]?.count
const items = (equipment: Equipment, unit?: string) =>
  unit === undefined ? [{ resource_id: equipment.id, quantity: 1 }] : [{ resource_unit_id: unit }]
/** Books as a client should: told that the service is busy, it repeats the request with the same key. */
const book = async (body: unknown, as = student): Promise<Answer> => {
  const key = randomUUID()
  for (;;) {
    const answer = await system.send(as, 'POST', '/bookings', { body, key })
    if (answer.status !== 503 && answer.body['code'] !== 'idempotency-in-flight') return answer
  }
}
const made = async (equipment: Equipment, from: number, to: number, more: object = {}, as = student) => {
  const answer = await book({ start_at: at(from), end_at: at(to), items: items(equipment), ...more }, as)
  if (answer.status !== 201) throw new Error(`not booked: ${JSON.stringify(answer.body)}`)
  return answer.body
}
const act = (id: string, verb: string, body?: object, as = staff) =>
  system.send(as, 'POST', `/bookings/${id}/${verb}`, body === undefined ? {} : { body })

/** A transaction that nobody else of these tests is in. */
async function openTransaction(isolation = 'read committed'): Promise<Client> {
  const client = new Client({ connectionString: system.database.adminUrl })
  await client.connect()
  await client.query('set search_path = booking, extensions')
  await client.query(`begin isolation level ${isolation}`)
  await client.query(`select set_config('app.org_id', $1, true)`, [org])
  return client
}

const { seed, below: random } = seededRandom()
console.info(`seed ${seed}`)

describe('no unit is ever in two overlapping bookings', () => {
  it('when 32 clients fight over one unit, each hour goes to one of them and the rest hear 409', async () => {
    const lamp = system.equip(org, 'Lamp', 1)
    const attempts = Array.from({ length: scaled(250, 20_000) }, () => () => {
      const from = random(60)
      return book({ start_at: at(from), end_at: at(from + 1 + random(2)), items: items(lamp) })
    })
    const busyBefore = system.busyAnswers()
    const answers = await withClients(32, attempts)
    const busy = system.busyAnswers() - busyBefore
    console.info(`${answers.length} attempts, ${busy} told that the service is busy`)
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201, 409]))
    // A machine that does other things too turns a few away at the door.
    expect(busy).toBeLessThanOrEqual(scaled(Infinity, attempts.length / 1_000))
    expect(await overlaps()).toBe(0)
  })

  it('while those that touch are all accepted, and none that is a millisecond too long (CON-11)', async () => {
    const lamp = system.equip(org, 'Lamp', 1)
    let end = base
    const from = (start: number, ms: number) =>
      book({
        start_at: new Date(start).toISOString(),
        end_at: new Date(start + ms).toISOString(),
        items: items(lamp),
      })
    for (let round = 0; round < scaled(20, 1_000); round++) {
      const [first, second, third] = [1 + random(HOUR), 1 + random(HOUR), 1 + random(HOUR)]
      const gap = end + first
      expect((await from(end, first)).status).toBe(201)
      expect((await from(gap + second, third)).status).toBe(201)
      expect((await from(gap - 1, second + 1)).status).toBe(409)
      expect((await from(gap, second + 1)).status).toBe(409)
      expect((await from(gap, second)).status).toBe(201)
      end = gap + second + third
    }
    expect(await overlaps()).toBe(0)
  })

  it.each(seeds(scaled(1, 5)))(
    'when 32 clients take what they can of ten units and 4,000 hours, seed %i',
    async (given) => {
      const dice = seededRandom(given)
      const cameras = system.equip(org, `Camera ${given}`, 10)
      const attempts = Array.from({ length: scaled(200, 20_000) }, () => () => {
        const from = dice.below(4_000)
        const unit = dice.below(4) === 0 ? dice.pick(cameras.units).id : undefined
        return book({
          start_at: at(from),
          end_at: at(from + 1 + dice.below(40)),
          items: items(cameras, unit),
        })
      })
      const answers = await withClients(32, attempts)
      expect(answers.some(({ status }) => status === 201)).toBe(true)
      expect(answers.filter(({ status }) => status !== 201 && status !== 409)).toEqual([])
      expect(await overlaps()).toBe(0)
    },
  )

  it('when a booking needs several units in any order, nothing deadlocks', async () => {
    const kinds = Array.from({ length: 12 }, (_, kind) => system.equip(org, `Kind ${kind}`, 1))
    const before = await system.database.deadlocks()
    const attempts = Array.from({ length: scaled(200, 6_000) }, () => () => {
      const chosen = fc.sample(fc.shuffledSubarray(kinds, { minLength: 3, maxLength: 3 }), 1)[0] ?? []
      const from = random(40)
      return book({
        start_at: at(from),
        end_at: at(from + 2),
        items: chosen.map(({ id }) => ({ resource_id: id, quantity: 1 })),
      })
    })
    const answers = await withClients(32, attempts)
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201, 409]))
    expect(await system.database.deadlocks()).toBe(before)
    expect(await overlaps()).toBe(0)
  })

  it('when pinned and placed bookings of a few units race and move each other', async () => {
    const cameras = system.equip(org, 'Camera', 4)
    const attempts = Array.from({ length: 200 }, () => () => {
      const from = random(48)
      const unit = random(4) === 0 ? cameras.units[random(4)]?.id : undefined
      return book({ start_at: at(from), end_at: at(from + 1 + random(6)), items: items(cameras, unit) })
    })
    const answers = await withClients(16, attempts)
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201, 409]))
    expect(await overlaps()).toBe(0)
    const strays = await system.database.admin(`
      select 1 from occupancy o join booking_item i on i.org_id = o.org_id and i.id = o.item_id
      join booking b on b.org_id = o.org_id and b.id = o.booking_id
      where o.unit_id <> i.resource_unit_id or o.during <> tstzrange(b.start_at, b.end_at)`)
    expect(strays).toHaveLength(0)
  })

  describe('on every pair of paths that take a unit', () => {
    const lampFor = () => system.equip(org, 'Lamp', 1)
    /** Each path: prepares what it needs, then takes the lamp for hour 1 to 2. */
    const paths: Record<string, (lamp: Equipment) => Promise<() => Promise<Answer>>> = {
      'create by resource': (lamp) =>
        Promise.resolve(() => book({ start_at: at(1), end_at: at(2), items: items(lamp) })),
      'create by unit': (lamp) =>
        Promise.resolve(() =>
          book({ start_at: at(1), end_at: at(2), items: items(lamp, lamp.units[0]?.id) }),
        ),
      'enter for somebody else': (lamp) =>
        Promise.resolve(() =>
          book({ start_at: at(1), end_at: at(2), items: items(lamp), on_behalf_of: student.userId }, staff),
        ),
      'submit a draft': async (lamp) => {
        const { id } = await made(lamp, 1, 2, { status: 'DRAFT' })
        return () => act(id, 'submit', undefined, student)
      },
      'exchange the items of a booking': async (lamp) => {
        const { id } = await made(system.equip(org, 'Elsewhere', 1), 1, 2)
        return () =>
          system.send(student, 'PATCH', `/bookings/${id}`, { body: { items: items(lamp) }, ifMatch: '*' })
      },
      'move the dates of a booking': async (lamp) => {
        const later = 30 + 2 * random(1000)
        const { id } = await made(lamp, later, later + 1)
        const body = { start_at: at(1), end_at: at(2) }
        return () => system.send(student, 'PATCH', `/bookings/${id}`, { body, ifMatch: '*' })
      },
      'lend to a walk-in': (lamp) =>
        Promise.resolve(() =>
          system.send(staff, 'POST', '/bookings/walk-in', {
            body: { on_behalf_of: student.userId, end_at: at(2), items: items(lamp) },
            key: randomUUID(),
          }),
        ),
      'scan it for a booking': async (lamp) => {
        const { id } = await made(system.equip(org, 'Elsewhere', 1), 1, 2)
        await act(id, 'approve')
        return () => act(id, 'items', { resource_unit_id: lamp.units[0]?.id })
      },
      'swap another unit for it': async (lamp) => {
        const other = { id: randomUUID(), lendable: true }
        lamp.units.push(other)
        const {
          id,
          items: [item],
        } = await made(lamp, 1, 2, { items: items(lamp, other.id) })
        // From now on there is only the one that all of them want.
        other.lendable = false
        return () => act(id, `items/${item?.id}/swap`, { resource_unit_id: lamp.units[0]?.id })
      },
      'extend a booking': async (lamp) => {
        const { id } = await made(lamp, 0, 1)
        await act(id, 'approve')
        return () => act(id, 'extend', { end_at: at(2) })
      },
      'offer it to somebody who waits for another': async (lamp) => {
        const taken = system.equip(org, 'Elsewhere', 1)
        await made(taken, 1, 2)
        const waiting = system.person('student', org)
        const body = { start_at: at(1), end_at: at(2), items: items(taken) }
        const { id } = (await system.send(waiting, 'POST', '/waitlist', { body })).body
        return () => system.send(staff, 'POST', `/waitlist/${id}/offer`, { body: { items: items(lamp) } })
      },
      'lengthen a loan that was handed out': async (lamp) => {
        const now = Date.now()
        const hour = (from: number) => new Date(now + from * HOUR).toISOString()
        const loan = await book(
          { start_at: hour(-2), end_at: hour(-1), items: items(lamp), on_behalf_of: student.userId },
          staff,
        )
        await act(loan.body.id, 'approve')
        await act(loan.body.id, 'checkout', { picked_up_at: hour(-2) })
        return () =>
          system.send(staff, 'PATCH', `/bookings/${loan.body.id}`, { body: { end_at: at(2) }, ifMatch: '*' })
      },
    }
    const names = Object.keys(paths)
    // One lamp cannot be out on two loans at once, nor be kept by two bookings up to the hour.
    const growing = ['lengthen a loan that was handed out', 'extend a booking']
    const pairs = names
      .flatMap((one, index) => names.slice(index).map((two) => [one, two] as const))
      .filter((pair) => !pair.every((name) => growing.includes(name)))

    it.each(pairs)('%s against %s: one wins', async (one, two) => {
      for (let round = 0; round < scaled(4, 500); round++) {
        const lamp = lampFor()
        const [first, second] = [await paths[one]?.(lamp), await paths[two]?.(lamp)]
        if (first === undefined || second === undefined) throw new Error('unknown path')
        const answers = await Promise.all([first(), second()])
        const won = answers.filter(({ status }) => status < 300)
        const lost = answers.filter(({ status }) => status === 409)
        expect({ won: won.length, lost: lost.length }).toEqual({ won: 1, lost: 1 })
      }
      expect(await overlaps()).toBe(0)
    })
  })

  it('because the database refuses an overlap by itself, even where no lock was taken', async () => {
    const lamp = system.equip(org, 'Lamp', 1)
    const {
      id,
      items: [item],
    } = await made(lamp, 1, 2)
    const insert = `insert into occupancy (org_id, item_id, booking_id, resource_id, unit_id, during, pinned)
      values ($1, $2, $3, $4, $5, $6, false)`
    const direct = (during: string) =>
      system.database.admin(insert, [org, randomUUID(), id, lamp.id, item?.resource_unit_id, during])
    await expect(direct(`[${at(1)},${at(2)})`)).rejects.toMatchObject({
      code: '23P01',
      constraint: 'occupancy_once',
    })
    await expect(direct(`[${at(1)},${at(1)})`)).rejects.toMatchObject({ code: '23514' })
    await expect(direct(`[${at(2)},)`)).rejects.toMatchObject({ code: '23514' })
    await expect(direct(`(${at(2)},${at(3)}]`)).rejects.toMatchObject({ code: '23514' })
    await direct(`[${at(2)},${at(3)})`)
  })

  it('and whoever is refused by it, having found nothing in the way, hears 409 (CON-4)', async () => {
    const lamp = system.equip(org, 'Lamp', 1)
    const { id } = await made(lamp, 5, 6)
    const stealthy = await openTransaction()
    await stealthy.query(
      `insert into occupancy (org_id, item_id, booking_id, resource_id, unit_id, during, pinned)
       values ($1, $2, $3, $4, $5, $6, false)`,
      [org, randomUUID(), id, lamp.id, lamp.units[0]?.id, `[${at(1)},${at(2)})`],
    )
    const [key, body] = [randomUUID(), { start_at: at(1), end_at: at(2), items: items(lamp) }]
    const booking = system.send(student, 'POST', '/bookings', { body, key })
    const waiting = `
      select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
        and query like '%insert into occupancy%'`
    await until(
      () => system.database.admin(waiting),
      (found) => found.length > 0,
    )
    await stealthy.query('commit')
    await stealthy.end()
    expect(await booking).toMatchObject({ status: 409, body: { code: 'unit-unavailable' } })
    const again = await system.send(student, 'POST', '/bookings', { body, key })
    expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([409, 'true'])
    expect(await overlaps()).toBe(0)
  })
})

describe('the proof has teeth', () => {
  interface Way {
    lock: boolean
    constraint: boolean
    isolation: 'read committed' | 'repeatable read'
  }

  /**
   * Two bookings of one unit and hour in the worst order: both transactions begin before either looks. The statements
   * are those of the booking transaction, so that one of them can be left out.
   * @returns how many overlaps there are afterwards
   */
  async function worstOrder({ lock, constraint, isolation }: Way): Promise<number> {
    const lamp = system.equip(org, 'Lamp', 1)
    const { id } = await made(lamp, 500, 501)
    const table = `occupancy_${randomUUID().replaceAll('-', '')}`
    await system.database.admin(`create table ${table} (like occupancy including defaults)`)
    if (constraint) {
      await system.database.admin(
        `alter table ${table} add exclude using gist (unit_id with =, during with &&)`,
      )
    }
    const during = `[${at(1)},${at(2)})`
    const take = (client: Client) =>
      client.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [table])
    const isFree = async (client: Client) =>
      (await client.query(`select 1 from ${table} where during && $1`, [during])).rowCount === 0
    const insert = (client: Client) =>
      client.query(
        `insert into ${table} (org_id, item_id, booking_id, resource_id, unit_id, during, pinned)
         values ($1, $2, $3, $4, $5, $6, false)`,
        [org, randomUUID(), id, lamp.id, lamp.units[0]?.id, during],
      )
    const [first, second] = [await openTransaction(isolation), await openTransaction(isolation)]
    if (lock) await take(first)
    const secondsTurn = lock ? take(second) : Promise.resolve()
    const secondLooked = lock ? undefined : await isFree(second)
    if (await isFree(first)) await insert(first)
    await first.query('commit')
    await secondsTurn
    try {
      if (secondLooked ?? (await isFree(second))) await insert(second)
      await second.query('commit')
    } catch {
      await second.query('rollback')
    }
    await Promise.all([first.end(), second.end()])
    const [counted] = await system.database.admin<{ count: number }>(
      OVERLAPS.replace('from occupancy a join occupancy b', `from ${table} a join ${table} b`),
    )
    await system.database.admin(`drop table ${table}`)
    return counted?.count ?? -1
  }

  const right: Way = { lock: true, constraint: true, isolation: 'read committed' }

  it.each<[string, Way, number]>([
    ['lock and constraint together hold', right, 0],
    ['the lock alone holds', { ...right, constraint: false }, 0],
    ['the constraint alone holds', { ...right, lock: false }, 0],
    ['the constraint holds at REPEATABLE READ', { ...right, isolation: 'repeatable read' }, 0],
    ['without either a unit is booked twice', { ...right, lock: false, constraint: false }, 1],
    [
      'the lock alone is worthless at REPEATABLE READ',
      { lock: true, constraint: false, isolation: 'repeatable read' },
      1,
    ],
  ])('%s', async (_, way, expected) => {
    expect(await worstOrder(way)).toBe(expected)
  })

  it('the service refuses to work where its locks would be worthless', async () => {
    const lamp = system.equip(org, 'Lamp', 1)
    const role = new URL(system.database.url).username
    await system.database.admin(`alter role ${role} set default_transaction_isolation = 'repeatable read'`)
    const strict = await bookingSystem({ url: system.database.url })
    const equipment = strict.equip(org, lamp.name, 1)
    const refused = await strict.send(student, 'POST', '/bookings', {
      body: { start_at: at(1), end_at: at(2), items: items(equipment) },
      key: randomUUID(),
    })
    expect(refused.status).toBe(500)
    expect(JSON.stringify(refused.body)).not.toMatch(/READ COMMITTED|lock/)
    await strict[Symbol.asyncDispose]()
    await system.database.admin(`alter role ${role} reset default_transaction_isolation`)
  })
})
