import { randomUUID } from 'node:crypto'

import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { migrate, type SqlMigration } from '@kitroom/database'
import { scaled, timeLimit } from '@kitroom/testing'
import { Client } from 'pg'

import { migrations } from '../src/persistence/migrations/index.ts'
import { type BookingSystem, bookingSystem, type Person } from './booking-system.ts'

const WAITING_MS = scaled(5_000, 20_000)
const CLIENTS = scaled(4, 8)
/** Whoever waited for the reader would be refused after 2 s; and everybody would. */
const HELD_UP_MS = timeLimit(1_000)
/** A busy machine may hold one up. */
const MOST_HELD_UP = scaled(CLIENTS / 2, 0)

/** What a release may bring: a column, an index, a rule, each in the way that holds up nobody. */
const release: SqlMigration[] = [
  { name: '9_column', up: () => 'alter table booking add column colour text' },
  {
    name: '9_index',
    up: () => [
      'drop index concurrently if exists booking_by_colour',
      'create index concurrently booking_by_colour on booking (org_id, colour)',
    ],
  },
  {
    name: '9_rule',
    up: () => `alter table booking add constraint booking_colour check (colour <> '') not valid`,
  },
  { name: '9_rule_holds', up: () => 'alter table booking validate constraint booking_colour' },
]

let system: BookingSystem
let student: Person

beforeAll(async () => {
  system = await bookingSystem()
  student = system.person('student')
})
afterAll(async () => {
  await system[Symbol.asyncDispose]()
})

const HOUR = 3_600_000
const start = Math.ceil(Date.now() / HOUR) * HOUR

async function ask(statement: string, init: RequestInit = {}, path = '/bookings') {
  const began = performance.now()
  const response = await fetch(`${system.url}${path}`, {
    ...init,
    headers: { 'X-Kitroom-Statement': statement, ...(init.headers as Record<string, string>) },
  })
  await response.text()
  return { status: response.status, ms: performance.now() - began }
}

it('a migration under load, with a long reader in its way, fails no request and holds none up', async () => {
  const { id } = system.equip(student.orgId, 'Lamp', 200)
  await system.send(student, 'GET', '/bookings')
  const reader = new Client({ connectionString: system.database.adminUrl })
  await reader.connect()
  await reader.query('begin; select count(*) from booking.booking')

  let going = true
  const answers: { status: number; ms: number }[] = []
  const clients = Array.from({ length: CLIENTS }, async (_, client) => {
    const statement = await system.statementOf(student)
    for (let turn = 0; going; turn++) {
      const body = JSON.stringify({
        start_at: new Date(start + (1 + turn) * HOUR).toISOString(),
        end_at: new Date(start + (2 + turn) * HOUR).toISOString(),
        items: [{ resource_id: id, quantity: 1 }],
      })
      const headers = { 'Content-Type': 'application/json', 'Idempotency-Key': randomUUID() }
      answers.push(await ask(statement, client % 2 === 0 ? {} : { method: 'POST', headers, body }))
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  })
  const { migrationUrl: url } = system.database
  const migrating = migrate({ url, schema: 'booking', migrations: [...migrations, ...release] })
  await new Promise((resolve) => setTimeout(resolve, WAITING_MS))
  await reader.query('commit')
  await reader.end()
  expect(await migrating).toEqual(release.map(({ name }) => name))
  going = false
  await Promise.all(clients)

  const slowest = Math.max(...answers.map(({ ms }) => ms))
  console.info(`${answers.length} requests, the slowest ${slowest.toFixed()} ms`)
  const isHeldUp = ({ status, ms }: (typeof answers)[number]) => status === 503 || ms > HELD_UP_MS
  const { true: heldUp = [], false: served = [] } = Object.groupBy(answers, (one) => `${isHeldUp(one)}`)
  expect([...new Set(served.map(({ status }) => status))].toSorted()).toEqual([200, 201])
  expect(heldUp.length).toBeLessThanOrEqual(MOST_HELD_UP)
})
