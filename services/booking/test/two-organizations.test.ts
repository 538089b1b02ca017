import { randomUUID } from 'node:crypto'

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { inHours, scaled } from '@kitroom/testing'

import { type Answer, type BookingSystem, bookingSystem, type Person } from './booking-system.ts'

/** What is asked in both is the same to the letter: the person, the ids, the times and the key. */
const RESOURCE = randomUUID()
const UNIT = randomUUID()
const ROUNDS = scaled(15, 300)

let system: BookingSystem
/** The one has a unit more and cannot lend the one that both have. */
let ours: Person
let theirs: Person
let ownUnit: string

beforeAll(async () => {
  system = await bookingSystem()
  ours = system.person('student')
  theirs = { ...ours, orgId: randomUUID() }
  ownUnit = randomUUID()
  const lamp = { id: RESOURCE, type: 'Light', lendable: true }
  system.share({
    ...{ ...lamp, orgId: ours.orgId, name: 'Our lamp' },
    units: [
      { id: UNIT, lendable: false },
      { id: ownUnit, lendable: true },
    ],
  })
  system.share({
    ...{ ...lamp, orgId: theirs.orgId, name: 'Their lamp' },
    units: [{ id: UNIT, lendable: true }],
  })
  system.rule(ours.orgId, { buffer_minutes: 5 })
  system.rule(theirs.orgId, { buffer_minutes: 10 })
})
afterAll(async () => {
  await system[Symbol.asyncDispose]()
})

/** The first to be asked changes with the round. */
const inTurn = (round: number) => (round % 2 === 0 ? [ours, theirs] : [theirs, ours])
const isOurs = ({ orgId }: Person) => orgId === ours.orgId
/** What only the answer to this organisation may hold. */
const own = (who: Person) => ({
  orgId: who.orgId,
  unit: isOurs(who) ? ownUnit : UNIT,
  buffer: isOurs(who) ? 5 : 10,
  name: isOurs(who) ? 'Our lamp' : 'Their lamp',
})

let hour = 0
const wish = () => {
  hour += 2
  const items = [{ resource_id: RESOURCE, quantity: 1 }]
  return { start_at: inHours(hour), end_at: inHours(hour + 1), items }
}
const shownBy = ({ body }: Answer) => ({
  orgId: body['org_id'],
  unit: body.items[0]?.resource_unit_id,
  buffer: body['buffer_minutes'],
})
const nameless = ({ name: _, ...rest }: ReturnType<typeof own>) => rest

describe('two organisations that ask the same of one process, in turn and at once (TEN-11)', () => {
  it('book with the same key by their own rules, units and answers', async () => {
    const ids = new Set<string>()
    for (let round = 0; round < ROUNDS; round++) {
      // Many at once, so that what is asked of inventory goes along with what others ask.
      const wishes = Array.from({ length: 4 }, () => ({ body: wish(), key: randomUUID() }))
      const [first, ...others] = wishes
      const book = async (who: Person, { body, key }: (typeof wishes)[number]) => {
        const answer = await system.send(who, 'POST', '/bookings', { body, key })
        expect([answer.status, answer.headers.get('idempotent-replayed')]).toEqual([201, null])
        expect(shownBy(answer)).toEqual(nameless(own(who)))
        const again = await system.send(who, 'POST', '/bookings', { body, key })
        expect([again.text, again.headers.get('idempotent-replayed')]).toEqual([answer.text, 'true'])
        ids.add(answer.body.id)
      }
      for (const who of inTurn(round)) await book(who, first!)
      await Promise.all(others.flatMap((each) => inTurn(round).map((who) => book(who, each))))
    }
    expect(ids.size).toBe(ROUNDS * 4 * 2)
  }, 300_000)

  it('search and read what is theirs', async () => {
    const made = async (who: Person) =>
      (await system.send(who, 'POST', '/bookings', { body: wish(), key: randomUUID() })).body.id
    const bookings = new Map([
      [ours, await made(ours)],
      [theirs, await made(theirs)],
    ])
    const time = `from=${inHours(10_000)}&to=${inHours(10_001)}`
    const look = async (who: Person) => {
      const [found, units, mine, notMine] = await Promise.all([
        system.send(who, 'GET', `/availability?${time}`),
        system.send(who, 'GET', `/resources/${RESOURCE}/availability?${time}`),
        system.send(who, 'GET', `/bookings/${bookings.get(who)}`),
        system.send(who, 'GET', `/bookings/${bookings.get(isOurs(who) ? theirs : ours)}`),
      ])
      const { name, unit } = own(who)
      expect((found.body['data'] as { name: string }[]).map((each) => each.name)).toEqual([name])
      const free = units.body['units'] as { resource_unit_id: string }[]
      expect(free.map(({ resource_unit_id }) => resource_unit_id)).toEqual([unit])
      expect(shownBy(mine)).toEqual(nameless(own(who)))
      expect(notMine.status).toBe(404)
    }
    for (let round = 0; round < ROUNDS; round++) {
      for (const who of inTurn(round)) await look(who)
      await Promise.all([...inTurn(round), ...inTurn(round)].map(look))
    }
  }, 300_000)
})
