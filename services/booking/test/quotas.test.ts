import { randomUUID } from 'node:crypto'

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'

import { type Answer, type BookingSystem, bookingSystem, type OrganizationRules } from './booking-system.ts'
import { DAY, HOUR, lendingDesk, SOON, time } from './lending-desk.ts'

let system: BookingSystem
beforeAll(async () => {
  system = await bookingSystem()
})
afterAll(async () => {
  await system[Symbol.asyncDispose]()
})

const at = (rules: OrganizationRules) => lendingDesk(system, rules)
const violated = (rule: string, limit: number, actual: number, role = 'student') => ({
  status: 409,
  body: { code: 'policy-violated', rule: `quotas.${rule}`, limit, actual, role },
})
const resultOf = ({ status, body }: Answer) => (status < 300 ? status : body['code'])

describe('a quota of active bookings', () => {
  it('allows the last one and refuses the next, until one has ended', async () => {
    const { ann, ben, desk, book, step } = at({ quotas: { student: { active_bookings: 2 } } })
    const first = await book(ann, SOON, SOON + HOUR)
    const second = await book(ann, SOON + DAY, SOON + DAY + HOUR)
    expect([first.status, second.status]).toEqual([201, 201])
    expect(await book(ann, SOON, SOON + HOUR)).toMatchObject(violated('active_bookings', 2, 3))
    expect((await book(ben, SOON, SOON + HOUR)).status).toBe(201)

    await step(ann, first, 'cancel')
    expect((await book(ann, SOON, SOON + HOUR)).status).toBe(201)
    await step(desk, second, 'reject')
    const third = await book(desk, Date.now(), SOON, { on_behalf_of: ann.userId })
    await step(desk, third, 'approve')
    await step(desk, third, 'checkout')
    expect(await book(ann, SOON, SOON + HOUR)).toMatchObject(violated('active_bookings', 2, 3))
    await step(desk, third, 'return')
    expect((await book(ann, SOON, SOON + HOUR)).status).toBe(201)
  })

  it('does not count drafts, and counts one that is submitted', async () => {
    const { ann, book, submit } = at({ quotas: { student: { active_bookings: 1 } } })
    const [one, two] = [
      await book(ann, SOON, SOON + HOUR, { status: 'DRAFT' }),
      await book(ann, SOON, SOON + HOUR, { status: 'DRAFT' }),
    ]
    expect((await submit(ann, one)).status).toBe(200)
    expect(await submit(ann, two)).toMatchObject(violated('active_bookings', 1, 2))
  })

  it('leaves alone a change of time, also of whoever has more already', async () => {
    const { ann, desk, book, change } = at({ quotas: { student: { active_bookings: 1, units: 1 } } })
    const made = await book(desk, SOON, SOON + HOUR, { on_behalf_of: ann.userId })
    await book(desk, SOON, SOON + HOUR, { on_behalf_of: ann.userId })
    expect((await change(ann, made, { end_at: time(SOON + 2 * HOUR) })).status).toBe(200)
  })
})

describe('a quota of units', () => {
  it('counts the units of all active bookings, also when one is changed', async () => {
    const { ann, book, change, wish } = at({ quotas: { student: { units: 3 } } })
    const items = (quantity: number) => wish(0, 0, undefined, quantity).items
    const made = await book(ann, SOON, SOON + HOUR, { items: items(2) })
    expect(await book(ann, SOON, SOON + HOUR, { items: items(2) })).toMatchObject(violated('units', 3, 4))
    expect((await book(ann, SOON, SOON + HOUR)).status).toBe(201)
    expect(await change(ann, made, { items: items(3) })).toMatchObject(violated('units', 3, 4))
    expect((await change(ann, made, { items: items(1) })).status).toBe(200)
    expect((await change(ann, made, { items: items(2) })).status).toBe(200)
  })

  it('is that of the strongest role, and binds no staff who act for others', async () => {
    const { ann, desk, boss, book, wish } = at({ quotas: { student: { units: 1 }, staff: { units: 2 } } })
    const items = (quantity: number) => ({ items: wish(0, 0, undefined, quantity).items })
    expect((await book(desk, SOON, SOON + HOUR, { ...items(3), on_behalf_of: ann.userId })).status).toBe(201)
    expect(await book(ann, SOON, SOON + HOUR)).toMatchObject(violated('units', 1, 4))
    expect(await book(desk, SOON, SOON + HOUR, items(3))).toMatchObject(violated('units', 2, 3, 'staff'))
    expect((await book(desk, SOON, SOON + HOUR, items(2))).status).toBe(201)
    expect((await book(boss, SOON, SOON + HOUR, items(9))).status).toBe(201)
  })
})

describe('requests of one borrower at once', () => {
  it('do not slip under a quota together, whatever they are for', async () => {
    for (let round = 0; round < 5; round++) {
      const { ann, org, book, wish, submit } = at({ quotas: { student: { active_bookings: 2 } } })
      const draft = await book(ann, SOON, SOON + HOUR, { status: 'DRAFT' })
      const answers = await Promise.all([
        submit(ann, draft),
        ...Array.from({ length: 7 }, (_, index) =>
          book(ann, 0, 0, wish(SOON, SOON + HOUR, system.equip(org, `Thing ${index}`, 1))),
        ),
      ])
      const won = answers.filter(({ status }) => status < 300)
      expect(won).toHaveLength(2)
      expect(new Set(answers.map(resultOf))).toContain('policy-violated')
      const { body } = await system.send(ann, 'GET', '/bookings?status=PENDING')
      expect(body['total']).toBe(2)
    }
  })

  it('do not deadlock, though they take and move units of the same resources in any order', async () => {
    const { ann, org, change, wish, book } = at({ quotas: { student: { units: 1000 } } })
    const things = Array.from({ length: 4 }, (_, index) => system.equip(org, `Thing ${index}`, 30))
    const itemsOf = (round: number) =>
      [0, 1, 2].map((step) => ({
        resource_id: things[(round * 3 + step * (1 + (round % 3))) % 4]!.id,
        quantity: 1,
      }))
    const merged = (round: number) => [
      ...new Map(itemsOf(round).map((item) => [item.resource_id, item])).values(),
    ]
    const made = await Promise.all(
      Array.from({ length: 12 }, (_, round) => book(ann, SOON, SOON + HOUR, { items: merged(round) })),
    )
    const before = await system.database.deadlocks()
    const answers = await Promise.all(
      Array.from({ length: 24 }, (_, round) =>
        round % 2 === 0
          ? change(ann, made[round / 2]!, {
              items: merged(round),
              end_at: time(SOON + (2 + round) * HOUR),
            })
          : system.send(ann, 'POST', '/bookings', {
              body: { ...wish(SOON, SOON + HOUR), items: merged(round) },
              key: randomUUID(),
            }),
      ),
    )
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 201]))
    expect(await system.database.deadlocks()).toBe(before)
  })
})
