import { randomUUID } from 'node:crypto'

import { afterAll, beforeAll, expect, it, jest } from '@jest/globals'
import { Client } from 'pg'

import { any, deskOf, HOUR, outcome, pin, time, unitIds } from './at-the-desk.ts'
import { type BookingSystem, bookingSystem, type Person } from './booking-system.ts'
import { sentStatements } from './sent-statements.ts'

/** Everything sent to PostgreSQL by this process. */
const query = jest.spyOn(Client.prototype, 'query')

let system: BookingSystem
let student: Person
let desk: ReturnType<typeof deskOf>

beforeAll(async () => {
  system = await bookingSystem()
  student = system.person('student')
  desk = deskOf(system, system.person('staff'))
})
afterAll(async () => {
  query.mockRestore()
  await system[Symbol.asyncDispose]()
})

it('a wish beside a chain of bookings that could all be moved reads them a few times, and locks none that stays', async () => {
  const LINKS = 48
  const tripods = desk.equip(3)
  const [first, second] = unitIds(tripods)
  // Of the first two units neither is free for the whole of the wish, and these cannot be moved.
  await desk.booked(student, [pin(first)], HOUR, 2 * HOUR)
  await desk.booked(student, [pin(second)], 2 * HOUR, 3 * HOUR)
  await desk.booked(student, [any(tripods)], HOUR, 4 * HOUR)
  for (let link = 1; link < LINKS; link++)
    await desk.booked(student, [any(tripods)], (2 + 1.5 * link) * HOUR, (4 + 1.5 * link) * HOUR)

  query.mockClear()
  const wish = { start_at: time(HOUR), end_at: time(3 * HOUR), items: [any(tripods)] }
  const answer = await system.send(student, 'POST', '/bookings', { body: wish, key: randomUUID() })
  expect(outcome(answer)).toBe('409 unit-unavailable')
  const sent = sentStatements(query).map(({ text }) => text)
  const looks = sent.filter((text) => text.includes('from occupancy'))
  // Each goes three times as far as the one before.
  expect(looks.length).toBeGreaterThan(3)
  expect(looks.length).toBeLessThan(9)
  expect(sent.filter((text) => /from "?booking"? .*for (no key )?update/s.test(text))).toEqual([])
})
