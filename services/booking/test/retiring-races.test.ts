import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'

import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { inHours, scaled, seededRandom, timeLimit } from '@kitroom/testing'

import { type BookingSystem, bookingSystem, type Person } from './booking-system.ts'

const RACES = scaled(60, 2_000)
const AT_ONCE = 20
const MAX_DELAY_MS = scaled(1_000, 3_000)
/** Generous, for a busy machine; what was seen is printed. */
const SETTLED_MS = 60_000

let system: BookingSystem
let student: Person

beforeAll(async () => {
  system = await bookingSystem()
  student = system.person('student')
})
afterAll(async () => {
  await system[Symbol.asyncDispose]()
})

const random = seededRandom()

/**
 * A unit is booked and retired at the same moment, and booking hears of it later.
 * @returns by how much the booking was acknowledged after the retirement, if it was, and how long after that and the event it was rejected
 */
async function race(): Promise<{ id: string; lateMs: number; keptMs: number } | undefined> {
  const lamp = system.equip(student.orgId, `Lamp ${randomUUID()}`, 1)
  const [unit] = lamp.units
  if (unit === undefined) throw new Error('no unit')
  let retiredAt = 0
  const booking = system
    .send(student, 'POST', '/bookings', {
      key: randomUUID(),
      body: { start_at: inHours(1), end_at: inHours(2), items: [{ resource_id: lamp.id, quantity: 1 }] },
    })
    .then((answer) => ({ ...answer, at: performance.now() }))
  while (!system.asked.some(({ request }) => JSON.stringify(request).includes(lamp.id))) await pause(1)
  await pause(random.next() * 60)
  unit.lendable = false
  retiredAt = performance.now()
  await pause(random.next() * MAX_DELAY_MS)
  const after = { resource_id: lamp.id, status: 'RETIRED' }
  const told = performance.now()
  await system.tell(
    { entity_type: 'ResourceUnit', entity_id: unit.id, action: 'STATUS_CHANGE', after },
    student.orgId,
  )
  const { status, body, at: heardAt } = await booking
  if (status !== 201) {
    expect(status).toBe(409)
    return undefined
  }
  for (const end = performance.now() + SETTLED_MS; performance.now() < end;) {
    const shown = await system.send(student, 'GET', `/bookings/${body.id}`)
    if (String(shown.body['status']) === 'REJECTED') break
    await pause(50)
  }
  return { id: body.id, lateMs: heardAt - retiredAt, keptMs: performance.now() - Math.max(told, heardAt) }
}

it(
  `of ${RACES} bookings of a unit that is retired meanwhile, none survives the event`,
  async () => {
    const booked: { id: string; lateMs: number; keptMs: number }[] = []
    for (let done = 0; done < RACES; done += AT_ONCE) {
      const outcomes = await Promise.all(Array.from({ length: AT_ONCE }, () => race()))
      booked.push(...outcomes.filter((outcome) => outcome !== undefined))
    }
    const late = booked.filter(({ lateMs }) => lateMs > 0)
    const most = (values: number[]) => Math.max(0, ...values).toFixed()
    console.info(
      `Seed ${random.seed}: ${booked.length} of ${RACES} were acknowledged, ${late.length} of them after the retirement, by ${most(late.map(({ lateMs }) => lateMs))} ms at most; rejected ${most(booked.map(({ keptMs }) => keptMs))} ms after the event at most`,
    )
    expect(late.length).toBeGreaterThan(0)
    expect(Math.max(...late.map(({ lateMs }) => lateMs))).toBeLessThan(timeLimit(5_000))
    const survivors = await system.database.admin(
      `select id from booking where status <> 'REJECTED' and id = any($1)`,
      [booked.map(({ id }) => id)],
    )
    expect(survivors).toEqual([])
  },
  scaled(120_000, 900_000),
)
