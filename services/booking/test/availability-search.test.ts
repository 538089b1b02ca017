import { randomUUID } from 'node:crypto'

import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { inHours } from '@kitroom/testing'
import { Client } from 'pg'

import { type BookingSystem, bookingSystem, type Equipment, type Person } from './booking-system.ts'
import { sentStatements } from './sent-statements.ts'

interface Found {
  resource_id: string
  name: string
  type: string
  tags: string[]
  units_total: number
  units_free: number
}

let system: BookingSystem
/** Everything sent to PostgreSQL by this process. */
const query = jest.spyOn(Client.prototype, 'query')

beforeAll(async () => {
  system = await bookingSystem()
})
afterAll(async () => {
  query.mockRestore()
  await system[Symbol.asyncDispose]()
})

/** A new organisation, so that each test finds its own equipment only. */
function organisation() {
  const student = system.person('student', randomUUID())
  const staff = system.person('staff', student.orgId)
  const search = (from: number, to: number, more = '', as: Person = student) =>
    system.send(as, 'GET', `/availability?from=${inHours(from)}&to=${inHours(to)}${more}`)
  const found = async (from: number, to: number, more = '', as: Person = student) => {
    const { status, body } = await search(from, to, more, as)
    expect(status).toBe(200)
    return body['data'] as Found[]
  }
  const book = (resource: { id: string }, from: number, to: number, quantity = 1, as: Person = student) =>
    system.send(as, 'POST', '/bookings', {
      body: { start_at: inHours(from), end_at: inHours(to), items: [{ resource_id: resource.id, quantity }] },
      key: randomUUID(),
    })
  const equip = (name: string, units: number) => system.equip(student.orgId, name, units)
  return { student, staff, search, found, book, equip }
}

const statements = () => sentStatements(query).map(({ text }) => text)

const counts = (found: readonly Found[]) =>
  Object.fromEntries(found.map(({ name, units_free, units_total }) => [name, `${units_free}/${units_total}`]))

describe('what can be borrowed for a time', () => {
  it('is every resource with a unit free for the whole of it, by name, with both counts', async () => {
    const { found, book, equip } = organisation()
    const [tripod, lamp] = [equip('Tripod', 1), equip('Lamp', 3)]
    expect((await book(lamp, 2, 4)).status).toBe(201)
    expect((await book(lamp, 5, 6)).status).toBe(201)
    expect(await found(3, 4)).toEqual([
      { resource_id: lamp.id, name: 'Lamp', type: 'T', tags: [], units_total: 3, units_free: 2 },
      { resource_id: tripod.id, name: 'Tripod', type: 'T', tags: [], units_total: 1, units_free: 1 },
    ])
  })

  it('is nothing that a booking would not get, because its unit could not rest before the next', async () => {
    const { student, found, book, equip } = organisation()
    system.rule(student.orgId, { buffer_minutes: 30 })
    const lamp = equip('Lamp', 1)
    await book(lamp, 4, 5)
    for (const [from, to, status] of [
      [2, 3.6, 409],
      [5, 6, 409],
      [2, 3.5, 201],
      [5.5, 6, 201],
    ] as const) {
      expect(counts(await found(from, to))).toEqual(status === 201 ? { Lamp: '1/1' } : {})
      expect((await book(lamp, from, to)).status).toBe(status)
    }
  })

  it('counts nothing that ends when the time starts, or starts when it ends', async () => {
    const { found, book, equip } = organisation()
    const lamp = equip('Lamp', 1)
    await book(lamp, 1, 2)
    await book(lamp, 4, 5)
    expect(counts(await found(2, 4))).toEqual({ Lamp: '1/1' })
    expect(await found(1, 4)).toEqual([])
    expect(await found(2, 5)).toEqual([])
  })

  it('leaves out what is taken altogether, unless asked for all', async () => {
    const { found, book, equip } = organisation()
    const [lamp] = [equip('Lamp', 2), equip('Stand', 1)]
    await book(lamp, 1, 2, 2)
    expect(counts(await found(1, 2))).toEqual({ Stand: '1/1' })
    expect(counts(await found(1, 2, '&available_only=true'))).toEqual({ Stand: '1/1' })
    expect(counts(await found(1, 2, '&available_only=false'))).toEqual({ Lamp: '0/2', Stand: '1/1' })
  })

  it('knows that drafts take nothing, and that what is cancelled is free', async () => {
    const { student, found, book, equip } = organisation()
    const lamp = equip('Lamp', 1)
    const items = [{ resource_id: lamp.id, quantity: 1 }]
    const body = { start_at: inHours(1), end_at: inHours(2), items, status: 'DRAFT' }
    await system.send(student, 'POST', '/bookings', { body, key: randomUUID() })
    expect(counts(await found(1, 2))).toEqual({ Lamp: '1/1' })
    const { id } = (await book(lamp, 1, 2)).body
    expect(await found(1, 2)).toEqual([])
    await system.send(student, 'POST', `/bookings/${id}/cancel`)
    expect(counts(await found(1, 2))).toEqual({ Lamp: '1/1' })
  })

  it('holds an overdue loan for taken, at any time to come', async () => {
    const { staff, found, book, equip } = organisation()
    const lamp = equip('Lamp', 2)
    const { id } = (await book(lamp, -4, -3, 1, staff)).body
    await system.send(staff, 'POST', `/bookings/${id}/approve`)
    const handedOut = await system.send(staff, 'POST', `/bookings/${id}/checkout`, {
      body: { picked_up_at: inHours(-4) },
    })
    expect(handedOut.status).toBe(200)
    expect(counts(await found(1_000, 1_001))).toEqual({ Lamp: '1/2' })
    expect((await book(lamp, 1_000, 1_001, 2)).status).toBe(409)
    await system.send(staff, 'POST', `/bookings/${id}/return`)
    expect(counts(await found(1_000, 1_001))).toEqual({ Lamp: '2/2' })
  })

  it('does not count a unit against the others that is withdrawn while somebody has it', async () => {
    const { found, book, equip } = organisation()
    const lamp = equip('Lamp', 2)
    const { items } = (await book(lamp, 1, 2)).body
    lamp.units.find(({ id }) => id === items[0]?.resource_unit_id)!.lendable = false
    expect(counts(await found(1, 2))).toEqual({ Lamp: '1/1' })
  })

  it('promises no more than a booking gets, however the units are taken', async () => {
    const { staff, found, book, equip } = organisation()
    const kinds = ['A', 'B', 'C', 'D', 'E', 'F'].map((name, index) => equip(name, index + 1))
    let seed = 20_261_121
    const random = (below: number) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
      return Math.floor((seed / 2_147_483_648) * below)
    }
    for (let made = 0; made < 40; made += 1) {
      const start = 1 + random(20)
      await book(kinds[random(kinds.length)]!, start, start + 1 + random(6), 1 + random(2), staff)
    }
    let promised = 0
    for (const start of [2, 7, 13, 18]) {
      for (const { resource_id, units_free } of await found(start, start + 4)) {
        expect((await book({ id: resource_id }, start, start + 4, units_free)).status).toBe(201)
        promised += 1
      }
    }
    expect(promised).toBeGreaterThan(8)
    expect(await found(7, 11)).toEqual([])
  })

  it('is told by pages', async () => {
    const { search, equip } = organisation()
    for (const name of ['A', 'B', 'C']) equip(name, 1)
    const first = (await search(1, 2, '&limit=2')).body
    expect(first).toMatchObject({ total: 3, page: 1, limit: 2, has_next: true, next_cursor: 'next' })
    const second = (await search(1, 2, '&limit=2&page=2')).body
    expect(second).toMatchObject({ total: 3, page: 2, has_next: false, next_cursor: null })
    expect(second['data']).toMatchObject([{ name: 'C' }])
    const byCursor = (await search(1, 2, '&limit=2&cursor=next')).body
    expect(byCursor).toMatchObject({ total: null, page: null, limit: 2 })
  })

  it('hands filters, order and cursor on to inventory, the cursor bound to the time', async () => {
    const { student, search } = organisation()
    system.asked.length = 0
    await search(
      1,
      2,
      '&type=Camera&tag=heavy&tag=new&q=fx&sort=-name&cursor=abc&limit=7&available_only=false',
    )
    expect(system.asked).toEqual([
      {
        method: 'findLendableResources',
        request: {
          org_id: student.orgId,
          type: 'Camera',
          tags: ['heavy', 'new'],
          q: 'fx',
          taken_unit_ids: [],
          free_only: false,
          limit: 7,
          page: 0,
          cursor: 'abc',
          descending: true,
          cursor_scope: `${inHours(1)}/${inHours(2)}`,
        },
      },
    ])
  })

  it('takes one call and one statement, whatever the size of the page', async () => {
    const { found, book, equip } = organisation()
    const kinds = Array.from({ length: 60 }, (_, index) => equip(`Kind ${index}`, 2))
    for (const kind of kinds.slice(0, 10)) await book(kind, 1, 2)
    for (const limit of [1, 20, 100]) {
      system.asked.length = 0
      query.mockClear()
      expect(await found(1, 2, `&limit=${limit}`)).toHaveLength(Math.min(limit, 60))
      expect(system.asked.map(({ method }) => method)).toEqual(['findLendableResources'])
      expect(statements()).toEqual([expect.stringContaining('from occupancy')])
    }
  })

  it('promises nothing that is not there when more is taken than fits into one question', async () => {
    const { student, staff, found, book, equip } = organisation()
    const [many, pair] = [equip('Cable', 6_000), equip('Pair', 2)]
    const { id } = (await book(pair, 1, 2, 1, staff)).body
    const takeAll = (resource: Equipment, units: readonly { id: string }[]) =>
      system.database.admin(
        `insert into occupancy (org_id, item_id, booking_id, resource_id, unit_id, during, pinned)
         select $1, gen_random_uuid(), $2, $3, unit_id, tstzrange($4, $5), false from unnest($6::uuid[]) as unit_id`,
        [student.orgId, id, resource.id, inHours(1), inHours(2), units.map((unit) => unit.id)],
      )
    await takeAll(many, many.units.slice(0, 5_990))
    expect(counts(await found(1, 2))).toEqual({ Cable: '10/6000', Pair: '1/2' })
    await takeAll(many, many.units.slice(5_990))
    expect(counts(await found(1, 2))).toEqual({ Pair: '1/2' })
  })

  it('is nobody’s business in another organisation', async () => {
    const [ours, theirs] = [organisation(), organisation()]
    await ours.book(ours.equip('Lamp', 1), 1, 2)
    system.asked.length = 0
    expect(await theirs.found(1, 2, '&available_only=false')).toEqual([])
    expect(system.asked).toMatchObject([{ request: { org_id: theirs.student.orgId, taken_unit_ids: [] } }])
  })

  it('is not guessed when inventory does not answer', async () => {
    const { search, equip } = organisation()
    equip('Lamp', 1)
    system.failInventory(true)
    const answer = await search(1, 2)
    system.failInventory(false)
    expect(answer).toMatchObject({ status: 503, body: { code: 'dependency-unavailable' } })
  })

  it.each([
    ['no time', ''],
    ['no end', `?from=${inHours(1)}`],
    ['an end before the start', `?from=${inHours(2)}&to=${inHours(1)}`],
    ['an empty time', `?from=${inHours(1)}&to=${inHours(1)}`],
    ['more than 366 days', `?from=${inHours(0)}&to=${inHours(366 * 24 + 1)}`],
    ['an unknown order', `?from=${inHours(1)}&to=${inHours(2)}&sort=units_free`],
    ['an unknown filter', `?from=${inHours(1)}&to=${inHours(2)}&status=AVAILABLE`],
    ['a third answer to a yes-no question', `?from=${inHours(1)}&to=${inHours(2)}&available_only=maybe`],
    ['page and cursor', `?from=${inHours(1)}&to=${inHours(2)}&page=2&cursor=abc`],
  ])('is not told for %s', async (_, asked) => {
    const { student } = organisation()
    const answer = await system.send(student, 'GET', `/availability${asked}`)
    expect(answer).toMatchObject({ status: 400, body: { code: 'validation-failed' } })
  })
})
