import { randomUUID } from 'node:crypto'

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { inHours, scaled, until } from '@kitroom/testing'

import { enrol, foundOrganization, type Person, signedInAgain } from './client.ts'
import { equipment, posted } from './crash/operations.ts'
import { postUntilAnswered } from './persistent-client.ts'
import { type TestSystem, testSystem } from './test-system.ts'

const RACES = scaled(5, 250)
const AT_ONCE = scaled(5, 10)

let system: TestSystem
let admin: Person
let staff: Person
/** Whoever had booked before, who waits, and two who book when it is back. */
let people: Person[]

beforeAll(async () => {
  system = await testSystem()
  admin = await foundOrganization(system.url, system.bootstrapToken, 'University of the Arts')
  staff = await enrol(system.url, admin, 'staff')
})
afterAll(async () => {
  await system[Symbol.asyncDispose]()
})

/** With tokens that last, and nobody who waits for too much or let offers lapse. */
async function gather(): Promise<void> {
  ;[admin, staff] = await Promise.all([signedInAgain(system.url, admin), signedInAgain(system.url, staff)])
  people = await Promise.all(Array.from({ length: 4 }, () => enrol(system.url, admin, 'student')))
}

interface Lamp {
  id: string
  unit: string
}

async function equip(): Promise<Lamp> {
  const { id } = await posted(system.url, staff, '/resources', equipment(1))
  const [unit] = await system.sql<{ id: string }>(
    'select id from inventory.resource_unit where resource_id = $1',
    [id],
  )
  return { id, unit: unit?.id ?? '' }
}

/** The same for all, also when the next hour begins meanwhile. */
const TIME = { start_at: inHours(24), end_at: inHours(25) }
const wishFor = ({ id }: Lamp) => ({
  ...TIME,
  items: [{ resource_id: id, quantity: 1 }],
})
const asked = async (who: Person | undefined, path: string, lamp: Lamp) => {
  if (who === undefined) throw new Error('Somebody is missing.')
  const posting = { path, key: randomUUID(), body: wishFor(lamp) }
  return (await postUntilAnswered(system.url, who, posting)).status
}

/** Waits until booking has acted on all that inventory told of the lamp. */
const isHeard = ({ id }: Lamp) =>
  until(
    () =>
      system.sql(
        `select from inventory.outbox as told
         where payload like '%' || $1 || '%' and subject not like '%.create'
           and not exists (select from booking.inbox where event_id = told.id)`,
        [id],
      ),
    (unheard) => unheard.length === 0,
    60_000,
  )

/**
 * What was booked is deleted and restored, and two want it, and one has waited for it.
 * @returns whose it is in the end
 */
async function race(pathOf: (lamp: Lamp) => string, isFreed: boolean): Promise<string[]> {
  const [before, waiting, ...others] = people
  const lamp = await equip()
  expect(await asked(before, '/bookings', lamp)).toBe(201)
  expect(await asked(waiting, '/waitlist', lamp)).toBe(201)
  const path = pathOf(lamp)
  expect((await staff.send('DELETE', path, { ifMatch: '"1"' })).status).toBe(204)
  if (isFreed) await isHeard(lamp)

  let isOver = false
  const bookings = others.map(async (who) => {
    for (;;) {
      const isLast = isOver
      // A resource that is deleted is not there.
      const status = await asked(who, '/bookings', lamp)
      expect([201, 404, 409]).toContain(status)
      if (status === 201 || isLast) return
    }
  })
  expect((await staff.send('POST', `${path}/restore`, { ifMatch: '"2"' })).status).toBe(200)
  await isHeard(lamp)
  isOver = true
  await Promise.all(bookings)
  const keepers = await system.sql<{ user_id: string }>(
    `select coalesce(booking.requester_user_id, entry.requester_user_id) as user_id
     from booking.occupancy
     left join booking.booking on booking.id = occupancy.booking_id
     left join booking.waitlist_entry as entry on entry.id = occupancy.entry_id
     where occupancy.unit_id = $1`,
    [lamp.unit],
  )
  return keepers.map(({ user_id }) => user_id)
}

describe('what is restored while others book its time (OPT-9)', () => {
  it.each([
    ['a unit, which everybody had given up', ({ unit }: Lamp) => `/units/${unit}`, true],
    ['a unit, at once', ({ unit }: Lamp) => `/units/${unit}`, false],
    ['a resource, which everybody had given up', ({ id }: Lamp) => `/resources/${id}`, true],
    ['a resource, at once', ({ id }: Lamp) => `/resources/${id}`, false],
  ])(
    '%s, is kept by one of them',
    async (what, pathOf, isFreed) => {
      const kept = [0, 0, 0, 0]
      for (let done = 0; done < RACES; done += AT_ONCE) {
        await gather()
        const races = Array.from({ length: AT_ONCE }, () => race(pathOf, isFreed))
        for (const keepers of await Promise.all(races)) {
          expect(keepers).toHaveLength(1)
          const keeper = people.findIndex(({ id }) => id === keepers[0])
          kept[keeper] = (kept[keeper] ?? 0) + 1
        }
      }
      const [before, waiting, ...others] = kept
      console.log(
        `${what}: ${before} times kept by who had booked it, ${waiting} times offered, ${others.join(' and ')} times booked`,
      )
      // Whoever had booked it was told by then that it was withdrawn.
      if (isFreed) expect(before).toBe(0)
    },
    scaled(120_000, 1_800_000),
  )
})
