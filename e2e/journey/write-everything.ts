import { randomUUID } from 'node:crypto'

import { inHours, until } from '@kitroom/testing'

import { auditIsSettled, type TestSystem } from '../test-system.ts'
import { type Booking, equip, type People, type Versioned } from './cast.ts'
import type { Actor, Operations } from './operations.ts'
import { waitInLine } from './wait-in-line.ts'
import { workAtTheDesk } from './work-at-the-desk.ts'

/** Of everybody in the journey: the audit must not hold it. */
export const PASSWORD = 'never-to-be-seen-7731'

interface Fine extends Versioned {
  amount_cents: number
  currency: string
}

/**
 * Does everything that can be written, with repetitions and refusals in between, and each kind of consequence.
 * @returns a member of staff of the organisation in which it was done
 */
export async function writeEverything(system: TestSystem, go: Operations): Promise<Actor> {
  const people = await members(system, go)
  await inventory(go, people)
  await bookings(system, go, people)
  await workAtTheDesk(system, go, people)
  await waitInLine(system, go, people)
  await fines(go, people)
  return people.staff
}

async function found({ bootstrapToken }: TestSystem, go: Operations, email: string): Promise<Actor> {
  const organization = { name: `University ${email}`, timezone: 'Europe/Zurich' }
  const made = await go.perform<{ organization: Versioned }>('register', {
    headers: { 'X-Bootstrap-Token': bootstrapToken },
    body: { organization, email, password: PASSWORD, full_name: 'Ada' },
  })
  return signedIn(go, email, made.organization.id)
}

async function signedIn(go: Operations, email: string, orgId: string | undefined): Promise<Actor> {
  const { access_token } = await go.perform<{ access_token: string }>('signIn', {
    body: { email, password: PASSWORD },
  })
  return { token: access_token, ...(orgId === undefined ? {} : { orgId }) }
}

async function members(system: TestSystem, go: Operations): Promise<People> {
  const admin = await found(system, go, 'ada@arts.example')
  const join = (email: string, roles: string[], as = admin) =>
    go.perform('register', { as, body: { email, password: PASSWORD, full_name: 'Member', roles } })
  await join('staff@arts.example', ['staff'])
  const { id: studentId } = await join('student@arts.example', ['student'])
  const staff = await signedIn(go, 'staff@arts.example', admin.orgId)

  const elsewhere = await found(system, go, 'eve@elsewhere.example')
  await join('student@arts.example', ['staff'], elsewhere)
  const change = (body: object, as = admin) =>
    go.perform('changeUser', { as, id: studentId, body, ifMatch: '*' })
  await change({ roles: ['student'] }, elsewhere)
  await change({ full_name: 'Stu Dent', roles: ['student', 'staff'] })
  await go.refused('forbidden', 'changeUser', {
    as: elsewhere,
    id: studentId,
    body: { full_name: 'Eve' },
    ifMatch: '*',
  })
  await signedIn(go, 'student@arts.example', undefined)
  await change({ is_active: false })
  await change({ is_active: true, roles: ['student'] })
  await change({ roles: ['student'] })

  const { refresh_token } = await go.perform<{ refresh_token: string }>('signIn', {
    body: { email: 'student@arts.example', password: PASSWORD },
  })
  const refreshed = await go.perform<{ access_token: string }>('refreshSession', { body: { refresh_token } })
  await go.perform('signOut', { as: { token: refreshed.access_token } })
  const student = await signedIn(go, 'student@arts.example', admin.orgId)

  await go.perform('changeOrganization', {
    as: admin,
    body: {
      name: 'University of the Arts',
      policy: { fine: { amount_cents: 100 }, quotas: { student: { units: 50 } } },
    },
    ifMatch: '"1"',
  })
  await go.refused('version-mismatch', 'changeOrganization', {
    as: admin,
    body: { name: 'Lost' },
    ifMatch: '"1"',
  })
  return { admin, staff, student, studentId }
}

async function inventory(go: Operations, { staff: as }: People): Promise<void> {
  const tag = await go.perform('createTag', { as, body: { name: 'heavy' } })
  const tripod = await go.perform('createResource', {
    as,
    key: randomUUID(),
    body: {
      type: 'Camera',
      name: 'Tripod',
      tags: ['heavy', 'new'],
      units: [{ barcode: 'T1' }, { barcode: 'T2', status: 'MAINTENANCE' }],
    },
  })
  await go.perform('changeTag', { as, id: tag.id, body: { name: 'very heavy' } })
  await go.refused('already-exists', 'createTag', { as, body: { name: 'very heavy' } })
  await go.perform('changeResource', {
    as,
    id: tripod.id,
    body: { description: 'Fluid head', tags: ['very heavy', 'steady'] },
    ifMatch: '*',
  })
  await go.perform('changeResource', { as, id: tripod.id, body: { status: 'MAINTENANCE' }, ifMatch: '*' })
  await go.perform('deleteTag', { as, id: tag.id })

  const unit = await go.perform('addUnit', { as, id: tripod.id, body: { barcode: 'T3' } })
  await go.perform('changeUnit', {
    as,
    id: unit.id,
    body: { condition: 'WORN', barcode: 'T4' },
    ifMatch: '"1"',
  })
  await go.perform('changeUnit', { as, id: unit.id, body: { status: 'LOST' }, ifMatch: '*' })
  await go.perform('deleteUnit', { as, id: unit.id })
  await go.perform('restoreUnit', { as, id: unit.id })
  await go.refused('already-exists', 'addUnit', { as, id: tripod.id, body: { barcode: 'T4' } })
  await go.perform('deleteResource', { as, id: tripod.id })
  await go.perform('restoreResource', { as, id: tripod.id })

  const csv = (rows: string) => ({
    as,
    headers: { 'Content-Type': 'text/csv' },
    query: { name: 'Name', barcode: 'Code', tag: 'Tag' },
    text: `Name,Code,Tag\n${rows}`,
  })
  await go.perform('importResources', csv('Microphone,M1,sound\nMicrophone,M2,sound\nBoom,B1,new\n'))
  await go.perform('importResources', csv('Microphone,M1,sound\nMicrophone,M3,sound\n'))
  await go.refused('validation-failed', 'importResources', csv('Microphone,M4,sound\n,M5,sound\n'))
}

async function bookings(
  system: TestSystem,
  go: Operations,
  { staff, student, studentId }: People,
): Promise<void> {
  const book = (body: object, as = student, key: string = randomUUID()) =>
    go.perform<Booking>('createBooking', { as, key, body })
  const wish = (resourceId: string, from: number, to: number, more: object = {}) => ({
    start_at: inHours(from),
    end_at: inHours(to),
    items: [{ resource_id: resourceId, quantity: 1 }],
    ...more,
  })
  const step = (name: string, id: string, body: object = {}, as = staff) =>
    go.perform<Booking>(name, { as, id, body })

  const lamp = await equip(go, staff, 'Lamp', 1)
  const key = randomUUID()
  const loan = await book(wish(lamp.id, 0, 3), student, key)
  await book(wish(lamp.id, 0, 3), student, key)
  await go.refused('unit-unavailable', 'createBooking', {
    as: staff,
    key: randomUUID(),
    body: wish(lamp.id, 1, 2),
  })
  await go.perform('postMessage', { as: student, id: loan.id, body: { text: 'May I come at eight?' } })
  await go.perform('postMessage', { as: staff, id: loan.id, key, body: { text: 'The desk opens at nine.' } })
  await step('approveBooking', loan.id, { reason: 'Fine.' })
  await step('checkOutBooking', loan.id)
  await go.perform('changeBooking', { as: staff, id: loan.id, body: { end_at: inHours(4) }, ifMatch: '*' })
  await step('returnBooking', loan.id, {
    items: [{ resource_unit_id: lamp.units[0], condition: 'WORN', note: 'A scratch.' }],
  })

  const draft = await book(wish(lamp.id, 5, 6, { status: 'DRAFT' }))
  await go.perform('changeBooking', { as: student, id: draft.id, body: { purpose: 'A film' }, ifMatch: '*' })
  await step('submitBooking', draft.id, {}, student)
  await go.perform('changeBooking', {
    as: student,
    id: draft.id,
    body: { start_at: inHours(4) },
    ifMatch: '*',
  })
  const stand = await equip(go, staff, 'Stand', 2)
  const items = [{ resource_id: stand.id, quantity: 2 }]
  await go.perform('changeBooking', { as: student, id: draft.id, body: { items }, ifMatch: '*' })
  await step('cancelBooking', draft.id, {}, student)
  const { id: unwanted } = await book(wish(lamp.id, 8, 9, { on_behalf_of: studentId }), staff)
  await step('rejectBooking', unwanted, { reason: 'No.' })
  await go.refused('invalid-transition', 'rejectBooking', { as: staff, id: unwanted, body: {} })

  // One booking makes room by moving another; then a unit is withdrawn, and again, until there is no room.
  const pinned = (unit: string | undefined, from: number, to: number) => ({
    start_at: inHours(from),
    end_at: inHours(to),
    items: [{ resource_unit_id: unit }],
  })
  await book(pinned(stand.units[0], 10, 12))
  await book(pinned(stand.units[1], 14, 16))
  const moved = await book(wish(stand.id, 12, 14))
  const unitOf = (booking: Booking) => booking.items[0]?.resource_unit_id
  const first = unitOf(moved)
  await book(wish(stand.id, first === stand.units[1] ? 10 : 12, first === stand.units[1] ? 14 : 16))
  const read = () => go.perform<Booking>('getBooking', { as: staff, id: moved.id })
  if (unitOf(await read()) === first) throw new Error('the booking was not moved')

  const last = await equip(go, staff, 'Last', 2)
  const waiting = await book(wish(last.id, 1, 2))
  for (const id of [unitOf(waiting), last.units.find((unit) => unit !== unitOf(waiting))]) {
    if (id === undefined) throw new Error('the booking has no unit')
    await go.perform('changeUnit', { as: staff, id, body: { status: 'MAINTENANCE' }, ifMatch: '*' })
    await auditIsSettled(system)
  }
  await until(
    () => go.perform<Booking>('getBooking', { as: staff, id: waiting.id }),
    ({ status }) => status === 'REJECTED',
  )
}

/** Waits until a booking is at risk, or is not any more. */
async function untilAtRisk(go: Operations, as: Actor, id: string, expected: boolean): Promise<void> {
  await until(
    () => go.perform<Booking & { at_risk: object | null }>('getBooking', { as, id }),
    ({ at_risk }) => (at_risk !== null) === expected,
  )
}

/** A loan that comes back late, and what its fine leads to. */
async function fines(go: Operations, { staff, student, studentId }: People): Promise<void> {
  const drone = await equip(go, staff, 'Drone', 1)
  const { id } = await go.perform<Booking>('createBooking', {
    as: staff,
    key: randomUUID(),
    body: {
      start_at: inHours(-60),
      end_at: inHours(-30),
      items: [{ resource_id: drone.id, quantity: 1 }],
      on_behalf_of: studentId,
    },
  })
  const waiting = await go.perform<Booking>('createBooking', {
    as: staff,
    key: randomUUID(),
    body: { start_at: inHours(60), end_at: inHours(61), items: [{ resource_id: drone.id, quantity: 1 }] },
  })
  const step = (name: string) => go.perform<Booking>(name, { as: staff, id, body: {} })
  await step('approveBooking')
  await step('checkOutBooking')
  // Whoever is next is at risk while the loan is out, and not once it is back.
  await untilAtRisk(go, staff, waiting.id, true)
  await step('returnBooking')
  await untilAtRisk(go, staff, waiting.id, false)
  const { data } = await go.perform<{ data: Fine[] }>('listFines', { as: student, query: { booking_id: id } })
  const [late] = data
  if (late === undefined) throw new Error('the late return made no fine')

  const impose = (amount_cents: number) =>
    go.perform<Fine>('createFine', {
      as: staff,
      body: { user_id: studentId, booking_id: id, amount_cents, reason: 'A propeller is missing.' },
    })
  const mistaken = await impose(90_000)
  await go.perform('waiveFine', { as: staff, id: mistaken.id, body: { reason: 'It was found.' } })
  const missing = await impose(900)
  const key = randomUUID()
  const payment = (amount_cents: number) => ({
    as: student,
    key,
    body: { fine_ids: [late.id, missing.id], amount_cents, currency: late.currency, method: 'CASH' },
  })
  const due = late.amount_cents + missing.amount_cents
  await go.refused('validation-failed', 'payFines', payment(due - 1))
  const paid = await go.perform('payFines', payment(due))
  await go.perform('payFines', payment(due))
  await go.refused('invalid-transition', 'payFines', { ...payment(due), key: randomUUID() })
  await go.refused('invalid-transition', 'waiveFine', { as: staff, id: late.id, body: { reason: 'Late.' } })
  await go.perform('getPayment', { as: student, id: paid.id })
}
