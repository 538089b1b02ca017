import { randomUUID } from 'node:crypto'

import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { inHours, scaled } from '@kitroom/testing'

import { type BookingSystem, bookingSystem, type Person } from './booking-system.ts'

jest.setTimeout(scaled(30_000, 300_000))

let system: BookingSystem
let student: Person
let staff: Person

beforeAll(async () => {
  system = await bookingSystem()
  student = system.person('student')
  staff = system.person('staff')
})
afterAll(async () => {
  await system[Symbol.asyncDispose]()
})

/** The same person, whose role was taken. */
const demoted = (person: Person): Person => ({ ...person, roles: ['student'] })
const wish = () => ({
  start_at: inHours(1),
  end_at: inHours(2),
  items: [{ resource_id: system.equip(student.orgId, 'Lamp', 1).id, quantity: 1 }],
})
const booked = async () =>
  (await system.send(student, 'POST', '/bookings', { body: wish(), key: randomUUID() })).body.id
const step = (verb: string, body?: object) => async () => ({
  path: `/bookings/${await booked()}/${verb}`,
  body,
})

/** What staff may do to what is a student’s, each time to another. */
const acts: [string, () => Promise<{ path: string; body?: object | undefined }>][] = [
  [
    'book for somebody',
    async () => ({ path: '/bookings', body: { ...wish(), on_behalf_of: student.userId } }),
  ],
  ['approve', step('approve')],
  ['cancel', step('cancel')],
  ['write a message', step('messages', { text: 'Come at eight.' })],
  [
    'extend',
    async () => {
      const id = await booked()
      await system.send(staff, 'POST', `/bookings/${id}/approve`)
      return { path: `/bookings/${id}/extend`, body: { end_at: inHours(3) } }
    },
  ],
  [
    'take a payment',
    async () => {
      const fine = { user_id: student.userId, amount_cents: 500, reason: 'A lens cap is missing.' }
      const { id } = (await system.send(staff, 'POST', '/fines', { body: fine })).body
      const body = { fine_ids: [id], amount_cents: 500, currency: 'EUR', method: 'CASH' }
      return { path: '/fines/payments', body }
    },
  ],
]

describe('who has lost the right (IDM-10)', () => {
  it.each(acts)('to %s is not told again what they did', async (_, prepared) => {
    for (let round = 0; round < scaled(5, 100); round++) {
      const { path, body } = await prepared()
      const key = randomUUID()
      const ask = (as: Person) =>
        system.send(as, 'POST', path, { key, ...(body === undefined ? {} : { body }) })
      const first = await ask(staff)
      expect(first.status).toBeLessThan(300)
      const refused = await ask(demoted(staff))
      expect([refused.status, refused.body['code']]).toEqual([403, 'forbidden'])
      expect(refused.headers.get('idempotent-replayed')).toBeNull()
      const again = await ask(staff)
      expect([again.text, again.headers.get('idempotent-replayed')]).toEqual([first.text, 'true'])
    }
  })
})
