import { randomUUID } from 'node:crypto'

import type { Answer, BookingSystem, Equipment, OrganizationRules, Person } from './booking-system.ts'

export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR
export const time = (ms: number) => new Date(ms).toISOString()

/** Midnight in UTC, three days from now: a day on which everything is still to come. */
export const SOON = Math.floor(Date.now() / DAY) * DAY + 3 * DAY

/** An organisation of its own with some rules, people and a resource, and what its people do. */
export function lendingDesk(system: BookingSystem, rules: OrganizationRules = {}) {
  const org = randomUUID()
  system.rule(org, { timezone: 'UTC', ...rules })
  const [ann, ben] = [system.person('student', org), system.person('student', org)]
  const [desk, boss] = [system.person('staff', org), system.person('admin', org)]
  const lamp = system.equip(org, 'Lamp', 20)

  const wish = (from: number, to: number, of: Equipment = lamp, quantity = 1) => ({
    start_at: time(from),
    end_at: time(to),
    items: [{ resource_id: of.id, quantity }],
  })
  const book = (as: Person, from: number, to: number, more: object = {}) =>
    system.send(as, 'POST', '/bookings', { body: { ...wish(from, to), ...more }, key: randomUUID() })
  const change = (as: Person, { body }: Answer, to: object) =>
    system.send(as, 'PATCH', `/bookings/${body.id}`, { body: to, ifMatch: '*' })
  const step = (as: Person, { body }: Answer, verb: string, more: object = {}) =>
    system.send(as, 'POST', `/bookings/${body.id}/${verb}`, { body: more })
  const submit = (as: Person, { body }: Answer) => system.send(as, 'POST', `/bookings/${body.id}/submit`)
  const fine = (user: Person, amount_cents: number) =>
    system.send(desk, 'POST', '/fines', {
      body: { user_id: user.userId, amount_cents, reason: 'A lens cap is missing.' },
    })
  const waive = (id: string) =>
    system.send(desk, 'POST', `/fines/${id}/waive`, { body: { reason: 'Our mistake.' }, ifMatch: '*' })

  return {
    ...{ org, ann, ben, desk, boss, lamp },
    ...{ wish, book, change, step, submit, fine, waive },
    /** A loan of some time ago that came back so much after its end; its fine, if it has one. */
    async loan(borrower: Person, end: number, late: number) {
      const made = await book(desk, end - DAY, end, { on_behalf_of: borrower.userId })
      await step(desk, made, 'approve')
      const out = await step(desk, made, 'checkout', { picked_up_at: time(end - DAY) })
      if (out.status !== 200) throw new Error(JSON.stringify(out.body))
      const back = await step(desk, made, 'return', { returned_at: time(end + late) })
      if (back.status !== 200) throw new Error(JSON.stringify(back.body))
      const fines = await system.send(desk, 'GET', `/fines?booking_id=${made.body.id}`)
      return (fines.body['data'] as { id: string }[])[0]?.id
    },
  }
}
