import { randomUUID } from 'node:crypto'

import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { rolesOf } from '@kitroom/database'
import { inHours } from '@kitroom/testing'
import { Client } from 'pg'

import {
  type Answer,
  type BookingSystem,
  bookingSystem,
  type Equipment,
  type Person,
} from './booking-system.ts'
import { sentStatements } from './sent-statements.ts'

let system: BookingSystem
let org: string

beforeAll(async () => {
  system = await bookingSystem()
  org = randomUUID()
})
afterAll(async () => {
  await system[Symbol.asyncDispose]()
})

interface Wanting {
  as: Person
  key: string
  from?: number
  /** By its id, instead of any unit of the resource. */
  unit?: string
  /** Whom staff book for. */
  borrower?: string
}

const hour = 300
const wish = (equipment: Equipment, { from = hour, unit, borrower }: Wanting) => ({
  start_at: inHours(from),
  end_at: inHours(from + 1),
  items: [unit === undefined ? { resource_id: equipment.id, quantity: 1 } : { resource_unit_id: unit }],
  ...(borrower !== undefined && { on_behalf_of: borrower }),
})
const ask = (equipment: Equipment, wanting: Wanting) =>
  system.send(wanting.as, 'POST', '/bookings', { body: wish(equipment, wanting), key: wanting.key })
const people = (count: number, orgId = org) =>
  Array.from({ length: count }, () => ({ as: system.person('student', orgId), key: randomUUID() }))
const rush = (equipment: Equipment, wanting: readonly Wanting[]) =>
  Promise.all(wanting.map((one) => ask(equipment, one)))
const statuses = (answers: readonly Answer[]) =>
  Object.fromEntries(
    [...Map.groupBy(answers, ({ status }) => status)].map(([status, some]) => [status, some.length]),
  )
/** How many transactions wrote the answers of these keys, and how many answers there are. */
const written = async (wanting: readonly Wanting[]) => {
  const keys = wanting.map(({ key }) => `'${key}'`).join()
  const [row] = await system.database.admin<{ transactions: number; answers: number }>(
    `select count(distinct xmin::text)::int as transactions, count(*)::int as answers
     from idempotency_key where key in (${keys})`,
  )
  return row
}
const demandOf = async (equipment: Equipment) =>
  (
    await system.database.admin<{ user_id: string }>(
      `select user_id from refused_demand where resource_id = '${equipment.id}'`,
    )
  ).map(({ user_id }) => user_id)

describe('many who want one unit for one hour at the same moment', () => {
  it('are answered as each would be alone: one has it, the others hear why not, and it is kept', async () => {
    const lamp = system.equip(org, 'Lamp', 1)
    const wanting = people(80)
    const answers = await rush(lamp, wanting)
    expect(statuses(answers)).toEqual({ 201: 1, 409: 79 })
    for (const { body } of answers.filter(({ status }) => status === 409)) {
      expect(body).toMatchObject({
        code: 'unit-unavailable',
        conflicts: [{ resource_unit_id: lamp.units[0]?.id }],
      })
    }
    const losers = wanting.filter((_, index) => answers[index]?.status === 409).map(({ as }) => as.userId)
    expect((await demandOf(lamp)).toSorted()).toEqual(losers.toSorted())
    const again = await rush(lamp, wanting)
    expect(again.map(({ text }) => text)).toEqual(answers.map(({ text }) => text))
    expect(new Set(again.map(({ headers }) => headers.get('idempotent-replayed')))).toEqual(new Set(['true']))
  })

  it.each([
    ['any unit of a resource that has one', 1, () => ({})],
    ['one of several by its id', 3, ({ units }: Equipment) => ({ unit: units[1]?.id ?? '' })],
  ])('are refused in few transactions: %s', async (_, count, chosen) => {
    const lamp = system.equip(org, 'Lamp', count)
    const wantingIt = (number: number) => people(number).map((one) => ({ ...one, ...chosen(lamp) }))
    expect(statuses(await rush(lamp, wantingIt(1)))).toEqual({ 201: 1 })
    const wanting = wantingIt(80)
    expect(statuses(await rush(lamp, wanting))).toEqual({ 409: 80 })
    const { transactions, answers } = (await written(wanting)) ?? { transactions: 0, answers: 0 }
    console.info(`${answers} refusals in ${transactions} transactions`)
    expect(answers).toBe(80)
    expect(transactions).toBeLessThan(40)
  })

  it('are asked about together: what they have, and what speaks against them', async () => {
    const strict = randomUUID()
    system.rule(strict, { quotas: { student: { active_bookings: 5 } } })
    const lamp = system.equip(strict, 'Lamp', 1)
    expect(statuses(await rush(lamp, people(1, strict)))).toEqual({ 201: 1 })
    const query = jest.spyOn(Client.prototype, 'query')
    expect(statuses(await rush(lamp, people(80, strict)))).toEqual({ 409: 80 })
    const asked = sentStatements(query).filter(({ text }) => /open_fines|held\.bookings/.test(text))
    query.mockRestore()
    expect(asked.length).toBeGreaterThan(0)
    expect(asked.length).toBeLessThan(40)
  })

  it('are judged each by the borrower whom staff book for', async () => {
    const lamp = system.equip(org, 'Lamp', 1)
    expect(statuses(await rush(lamp, people(1)))).toEqual({ 201: 1 })
    const clerk = system.person('staff', org)
    const wanting = people(40).map(({ as, key }, index) => {
      if (index % 2 === 1) system.dismiss(as)
      return { as: clerk, key, borrower: as.userId }
    })
    const answers = await rush(lamp, wanting)
    expect(answers.map(({ body }) => body['code'])).toEqual(
      wanting.map((_, index) => (index % 2 === 1 ? 'not-found' : 'unit-unavailable')),
    )
  })

  it('have a unit by its id where whoever was given it can have another', async () => {
    const lamp = system.equip(org, 'Lamp', 2)
    const [given] = await rush(lamp, people(1))
    const unit = (given?.body as unknown as { items: { resource_unit_id: string }[] }).items[0]
      ?.resource_unit_id
    const wanting = people(20).map((one) => ({ ...one, unit: unit ?? '' }))
    expect(statuses(await rush(lamp, wanting))).toEqual({ 201: 1, 409: 19 })
  })

  it('each have theirs where there is enough for all', async () => {
    const lamp = system.equip(org, 'Lamp', 1)
    const wanting = people(24).map((one, index) => ({ ...one, from: hour + index }))
    expect(statuses(await rush(lamp, wanting))).toEqual({ 201: 24 })
  })

  it('are judged each by the time that they want, among others who want another', async () => {
    const lamp = system.equip(org, 'Lamp', 1)
    expect(statuses(await rush(lamp, people(1)))).toEqual({ 201: 1 })
    const wanting = people(40).map((one, index) => ({ ...one, from: hour + (index % 2) * index }))
    const answers = await rush(lamp, wanting)
    expect(answers.map(({ status }) => status)).toEqual(
      wanting.map(({ from }) => (from === hour ? 409 : 201)),
    )
  })

  it('hear first what the rules say of them, which is no demand', async () => {
    const strict = randomUUID()
    system.rule(strict, { quotas: { student: { active_bookings: 1 } } })
    const [lamp, tripods] = [system.equip(strict, 'Lamp', 1), system.equip(strict, 'Tripod', 10)]
    const [had, others] = [people(10, strict), people(10, strict)]
    await rush(
      tripods,
      had.map((one) => ({ ...one, key: randomUUID() })),
    )
    expect(statuses(await rush(lamp, people(1, strict)))).toEqual({ 201: 1 })
    const answers = await rush(lamp, [...others, ...had])
    const codes = answers.map(({ body }) => body['code'])
    expect(codes).toEqual([...others.map(() => 'unit-unavailable'), ...had.map(() => 'policy-violated')])
    expect((await demandOf(lamp)).toSorted()).toEqual(others.map(({ as }) => as.userId).toSorted())
  })

  it('hear one answer for all copies of a request, or that the first is still running', async () => {
    const lamp = system.equip(org, 'Lamp', 1)
    const wanting = people(15).flatMap((one) => [one, one, one])
    const answers = await rush(lamp, wanting)
    const booked = answers.filter(({ status }) => status === 201)
    expect(new Set(booked.map(({ body }) => body.id)).size).toBe(1)
    const codes = answers.filter(({ status }) => status !== 201).map(({ body }) => body['code'])
    expect(['idempotency-in-flight', 'unit-unavailable']).toEqual(expect.arrayContaining([...new Set(codes)]))
    const settled = await rush(
      lamp,
      wanting.filter((_, index) => index % 3 === 0),
    )
    expect(statuses(settled)).toEqual({ 201: 1, 409: 14 })
    expect(settled.filter(({ headers }) => headers.get('idempotent-replayed') !== 'true')).toEqual([])
    expect((await written(wanting))?.answers).toBe(15)
  })

  it('are told that a key was used for something else', async () => {
    const [lamp, tripod] = [system.equip(org, 'Lamp', 1), system.equip(org, 'Tripod', 20)]
    const wanting = people(20)
    await rush(tripod, wanting)
    const answers = await rush(lamp, wanting)
    expect(statuses(answers)).toEqual({ 422: 20 })
    expect(answers[0]?.body).toMatchObject({ code: 'idempotency-key-reused' })
  })

  it('are each served alone where they cannot be looked at together', async () => {
    const lamp = system.equip(org, 'Lamp', 1)
    const wanting = people(30)
    const { app } = rolesOf(system.database.url)
    await system.database.admin(`revoke insert on refused_demand from ${app}`)
    try {
      expect(statuses(await rush(lamp, wanting))).toEqual({ 201: 1, 409: 29 })
    } finally {
      await system.database.admin(`grant insert on refused_demand to ${app}`)
    }
    expect(await written(wanting)).toEqual({ transactions: 30, answers: 30 })
  })
})

describe('many who would wait for one unit and ask at the same moment', () => {
  const inLine = (equipment: Equipment, wanting: Wanting) =>
    system.send(wanting.as, 'POST', '/bookings', {
      body: { ...wish(equipment, wanting), waitlist: true },
      key: wanting.key,
    })
  const joining = (equipment: Equipment, wanting: Wanting) =>
    system.send(wanting.as, 'POST', '/waitlist', { body: wish(equipment, wanting), key: wanting.key })
  /** The most transactions that waited for a lock at the same time, until the work was over. */
  const mostAtLocks = async (work: Promise<unknown>): Promise<number> => {
    let [most, isOver] = [0, false]
    const over = work.finally(() => (isOver = true))
    while (!isOver) {
      const [row] = await system.database.admin<{ waiting: number }>(
        `select count(*)::int as waiting from pg_stat_activity
         where datname = current_database() and wait_event_type = 'Lock'`,
      )
      most = Math.max(most, row?.waiting ?? 0)
    }
    await over
    return most
  }

  it.each([
    ['by a booking that may wait', inLine, { 201: 1, 202: 59 }, 0],
    ['by joining the waitlist', joining, { 201: 60 }, 1],
  ])(
    'all get their places %s, and leave connections for others',
    async (_, ask, expected, taken) => {
      const lamp = system.equip(org, 'Lamp', 1)
      expect(statuses(await rush(lamp, people(taken)))).toEqual(taken === 0 ? {} : { 201: 1 })
      const wanting = people(60)
      const asking = Promise.all(wanting.map((one) => ask(lamp, one)))
      expect(await mostAtLocks(asking)).toBeLessThan(7)
      expect(statuses(await asking)).toEqual(expected)
    },
    60_000,
  )
})
