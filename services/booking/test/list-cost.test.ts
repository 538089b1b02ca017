import { randomUUID } from 'node:crypto'

import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { inHours } from '@kitroom/testing'
import { Client } from 'pg'

import { type BookingSystem, bookingSystem, type Person } from './booking-system.ts'
import { sentStatements } from './sent-statements.ts'

let system: BookingSystem
let student: Person
let staff: Person

/** Everything sent to PostgreSQL by this process. */
const query = jest.spyOn(Client.prototype, 'query')

beforeAll(async () => {
  system = await bookingSystem()
  student = system.person('student')
  staff = system.person('staff')
  const { id } = system.equip(student.orgId, 'Lamp', 1)
  const book = (n: number) =>
    system.send(student, 'POST', '/bookings', {
      body: { start_at: inHours(n), end_at: inHours(n + 1), items: [{ resource_id: id, quantity: 1 }] },
      key: randomUUID(),
    })
  for (let n = 1; n <= 100; n += 10) {
    const answers = await Promise.all(Array.from({ length: 10 }, (_, more) => book(n + more)))
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(201))
  }
})
afterAll(async () => {
  await system[Symbol.asyncDispose]()
})

describe('a list of bookings (DOS-6)', () => {
  it('takes as much for a hundred as for one: at most one call and five statements', async () => {
    const cost = async (limit: number) => {
      system.asked.length = 0
      query.mockClear()
      const { body } = await system.send(staff, 'GET', `/bookings?limit=${limit}`)
      expect(body['data']).toHaveLength(limit)
      return { calls: system.asked.length, statements: sentStatements(query).map(({ text }) => text) }
    }
    await cost(1)
    const [one, hundred] = [await cost(1), await cost(100)]
    expect(hundred.statements).toHaveLength(one.statements.length)
    expect(hundred.calls).toBeLessThanOrEqual(1)
    expect(hundred.statements.length).toBeLessThanOrEqual(5)
  })
})
