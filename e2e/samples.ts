import { randomUUID } from 'node:crypto'

import { type Endpoint, ENDPOINTS } from '@kitroom/contracts'
import { inHours, until } from '@kitroom/testing'

import type { Person } from './client.ts'
import { credentialsOf, type Letter } from './wire.ts'

/** One of each thing of an organisation, to point at. */
export interface Things {
  users: string
  /** Whose the booking, the fine and the payment are. */
  borrowers: string
  resources: string
  units: string
  tags: string
  bookings: string
  /** Of the booking. */
  items: string
  messages: string
  /** One that is OPEN. */
  fines: string
  payments: string
  /** Waits for a unit that is overdue. */
  waitlist: string
  audit: string
}

const FINE = { amount_cents: 300, reason: 'A lens cap is missing.' }
const MONEY = { amount_cents: FINE.amount_cents, currency: 'EUR', method: 'CASH' }

/** Makes one of each thing, all of them marked by a name nobody else has. */
export async function someThings(
  admin: Person,
  user: Person,
  marker: string = randomUUID(),
): Promise<Things> {
  const made = async (path: string, body: object, key?: string) => {
    const answer = await admin.send('POST', path, { body, ...(key === undefined ? {} : { key }) })
    if (answer.status !== 201) throw new Error(`could not make ${path}: ${JSON.stringify(answer.body)}`)
    return answer.body as unknown as { id: string }
  }
  const { id: tags } = await made('/tags', { name: `tag ${marker}` })
  const { id: resources } = await made('/resources', {
    type: `type ${marker}`,
    name: `resource ${marker}`,
    description: `description ${marker}`,
    tags: [`tag ${marker}`],
  })
  const { id: units } = await made(`/resources/${resources}/units`, { barcode: `barcode ${marker}` })
  const wish = {
    start_at: inHours(24),
    end_at: inHours(25),
    purpose: `purpose ${marker}`,
    items: [{ resource_unit_id: units }],
  }
  const booking = await made('/bookings', wish, randomUUID())
  const { id: bookings } = booking
  const [item] = (booking as unknown as { items: { id: string }[] }).items
  const { id: messages } = await made(`/bookings/${bookings}/messages`, { text: `message ${marker}` })
  const fined = () => made('/fines', { ...FINE, user_id: admin.id, booking_id: bookings })
  const [{ id: fines }, { id: paid }] = [await fined(), await fined()]
  const { id: payments } = await made('/fines/payments', { ...MONEY, fine_ids: [paid] }, randomUUID())
  const waitlist = await somethingLate(admin, user, made, marker)
  const events = await until(
    async () =>
      (
        (await admin.send('GET', `/audit?entity_id=${bookings}`)).body as unknown as {
          data: { id: string }[]
        }
      ).data,
    (data) => data.length > 0,
  )
  const audit = events[0]?.id ?? ''
  const people = { users: user.id, borrowers: admin.id }
  const items = item?.id ?? ''
  return { ...people, resources, units, tags, bookings, items, messages, fines, payments, waitlist, audit }
}

/** What reports tell of: two bookings nobody came for, and a loan that is not back. Gives who waits for that. */
async function somethingLate(
  admin: Person,
  user: Person,
  made: (path: string, body: object, key?: string) => Promise<{ id: string }>,
  marker: string,
): Promise<string> {
  const { id } = await made('/resources', {
    type: `type ${marker}`,
    name: `late resource ${marker}`,
    units: [{ barcode: `late barcode ${marker}` }],
  })
  const items = [{ resource_id: id, quantity: 1 }]
  const step = async (bookingId: string, verb: string, body: object = {}) => {
    const { status } = await admin.send('POST', `/bookings/${bookingId}/${verb}`, { body })
    if (status !== 200) throw new Error(`could not ${verb} a booking`)
  }
  for (const [hour, on_behalf_of] of [
    [-9, admin.id],
    [-8, user.id],
  ] as const) {
    const wish = { start_at: inHours(hour), end_at: inHours(hour + 1), items, on_behalf_of }
    await step((await made('/bookings', wish, randomUUID())).id, 'approve')
  }
  const late = await made('/bookings', { start_at: inHours(-6), end_at: inHours(-5), items }, randomUUID())
  await step(late.id, 'approve')
  await step(late.id, 'checkout', { picked_up_at: inHours(-6) })
  const wish = { start_at: inHours(24), end_at: inHours(25), purpose: `purpose waiting ${marker}`, items }
  return (await made('/waitlist', wish)).id
}

/** What is to be in the place of a thing that is there, by the name between the braces. */
export type Ids = Readonly<Record<string, string>>

const PLACE = /(\w+)\/\{(\w+)\}/g

/** The names between the braces of a path, in order, and of which kind the thing there is. */
export const placesOf = ({ path }: Pick<Endpoint, 'path'>): { place: string; kind: string }[] =>
  [...path.matchAll(PLACE)].map(([, kind = '', place = '']) => ({ place, kind }))

/** The path of an operation with its `{…}` filled in, with the ids of things that are there unless others are given. */
export const pathFor = ({ path }: Pick<Endpoint, 'path'>, things: Things, ids: Ids = {}): string => {
  const there: Ids = { ...things, problems: 'not-found' }
  return path.replace(PLACE, (_, kind: string, place: string) => `${kind}/${ids[place] ?? there[kind] ?? ''}`)
}

/** A path with its `{…}` filled in by ids in their order. */
export const filled = (path: string, ids: string | readonly string[]): string =>
  [ids].flat().reduce((rest, id) => rest.replace(/\{\w+\}/, () => id), path)

/** A query every operation takes: what it requires, and nothing else but what is given. */
export function queryFor(
  { name }: Pick<Endpoint, 'name'>,
  ...given: [name: string, value: string][]
): string {
  const required = (QUERIES[name] ?? '')
    .slice(1)
    .split('&')
    .filter((pair) => pair !== '' && !given.some(([other]) => pair.startsWith(`${other}=`)))
  const pairs = [...required, ...given.map((pair) => pair.join('='))]
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`
}

const TIME = '?from=2026-03-01T09:00:00Z&to=2026-03-02T09:00:00Z'
const QUERIES: Record<string, string> = {
  findUnits: '?barcode=x',
  getAvailability: TIME,
  searchAvailability: TIME,
  importResources: '?name=Name&barcode=Code',
}

// Made anew for each place: a trial spoils one of them.
const day = () => [
  { opens: '09:00', closes: '12:00' },
  { opens: '13:00', closes: '24:00' },
]
const quota = () => ({ active_bookings: 50, units: 500 })
const POLICY = {
  early_pickup_minutes: 60,
  longest_booking_days: 366,
  lead_time_minutes: 0,
  horizon_days: 3000,
  buffer_minutes: 0,
  no_show_minutes: 60,
  opening_hours: {
    ...{ monday: day(), tuesday: day(), wednesday: day(), thursday: day(), friday: day() },
    ...{ saturday: day(), sunday: day() },
  },
  closures: [{ from: '2026-12-24', to: '2027-01-02', reason: 'Christmas' }],
  quotas: { student: quota(), staff: quota(), admin: quota() },
  approval: { default: 'REQUIRED', by_type: { Camera: 'REQUIRED' } },
  renewals: { max: 2, chain_gap_hours: 24 },
  fine: { unit: 'DAY', amount_cents: 500, grace_minutes: 60, cap_cents: 5000 },
  ladder: {
    ...{ strikes: 3, window_days: 365, suspension_days: 14, debt_limit_cents: 5000 },
    ...{ replacement_after_days: 30, replacement_cents: 100 },
  },
  score: {
    ...{ per_day_waiting: 10, late_return: -20, open_fine: -10, active_booking: -5 },
    role: { student: 0, staff: 50, admin: 50 },
  },
  waitlist: { live_entries: 20, lapses: 3, lapse_window_days: 30 },
}

/** For every operation that takes JSON a body with all its fields, each of which could be stored. */
export const bodiesFor = (things: Things): Record<string, object> => {
  const registration = {
    email: `${randomUUID()}@kitroom.example`,
    password: 'correct horse battery',
    full_name: 'Ada Lovelace',
  }
  const units = [{ barcode: randomUUID(), serial_number: 'S1', condition: 'NEW', status: 'AVAILABLE' }]
  const resource = {
    type: 'Light',
    name: 'Lamp',
    description: 'It shines.',
    serial_number: 'S2',
    status: 'AVAILABLE',
    tags: ['bright'],
  }
  const wish = {
    start_at: inHours(48),
    end_at: inHours(49),
    purpose: 'A film',
    items: [{ resource_id: things.resources, quantity: 1 }],
  }
  const seen = { resource_unit_id: things.units, condition: 'WORN', note: 'A scratch' }
  return {
    signIn: { email: registration.email, password: 'wrong horse battery' },
    refreshSession: { refresh_token: 'x'.repeat(43) },
    register: { ...registration, roles: ['student'] },
    changeUser: { full_name: 'Ada King', is_active: true, roles: ['student'] },
    changeOrganization: {
      name: 'Arts',
      timezone: 'Europe/Zurich',
      policy: POLICY,
    },
    createResource: { ...resource, units },
    changeResource: resource,
    addUnit: units[0] ?? {},
    changeUnit: { ...units[0], status: 'AVAILABLE' },
    createTag: { name: randomUUID() },
    changeTag: { name: randomUUID() },
    createBooking: { ...wish, on_behalf_of: things.users, waitlist: true },
    joinWaitlist: { ...wish, on_behalf_of: things.users },
    makeOffer: { start_at: inHours(48), end_at: inHours(49), items: wish.items },
    rejectWaitlistEntry: { reason: 'Rain' },
    changeBooking: wish,
    cancelBooking: { reason: 'Rain' },
    approveBooking: { reason: 'Sun' },
    rejectBooking: { reason: 'Rain' },
    checkOutBooking: { picked_up_at: inHours(-1), items: [seen], partial: true },
    returnBooking: { returned_at: inHours(-1), items: [seen], partial: true },
    scanUnit: { resource_unit_id: things.units },
    swapItem: seen,
    lendWalkIn: {
      on_behalf_of: things.users,
      end_at: inHours(48),
      items: wish.items,
      purpose: 'A film',
      picked_up_at: inHours(-1),
    },
    extendBooking: { end_at: inHours(50) },
    postMessage: { text: 'May I come at eight?' },
    createFine: { ...FINE, user_id: things.borrowers, booking_id: things.bookings },
    waiveFine: { reason: 'It was found.' },
    payFines: { ...MONEY, fine_ids: [things.fines] },
  }
}

/** What an operation needs beside its path and body: a key where it is required, and a version that always fits. */
export function headersFor({ idempotency, ifMatch }: Endpoint): [string, string][] {
  return [
    ...(idempotency === 'required' ? [['Idempotency-Key', randomUUID()] satisfies [string, string]] : []),
    ...(ifMatch === 'required' ? [['If-Match', '*'] satisfies [string, string]] : []),
  ]
}

/** What of a good request is replaced. */
export interface Changes extends Partial<Letter> {
  /** The media type of a body; empty for none. */
  type?: string
  /** With its question mark. */
  query?: string
  ids?: Ids
  /** On top of the good ones. */
  more?: readonly [string, string][]
}

const CSV = 'Name,Code\nLamp,L1\n'

/** Writes for an operation a good request of an admin, but for what is given. */
export const lettersOf =
  (admin: Person, things: Things, bodies: Record<string, object>) =>
  (operation: Endpoint, changes: Changes = {}): Letter => {
    const { name, method, consumes = 'application/json' } = operation
    const { type = consumes, query = queryFor(operation), ids, more = [], ...rest } = changes
    const letter = {
      method,
      path: `${pathFor(operation, things, ids)}${query}`,
      ...(consumes === 'text/csv' ? { body: CSV } : {}),
      ...(name in bodies ? { body: JSON.stringify(bodies[name]) } : {}),
      ...rest,
    }
    const typed: [string, string][] = letter.body === undefined || type === '' ? [] : [['Content-Type', type]]
    return { ...letter, headers: [...credentialsOf(admin), ...headersFor(operation), ...typed, ...more] }
  }

/** What takes JSON: with a body of its own, or none but `{}`. */
export const JSON_OPERATIONS = ENDPOINTS.filter(
  ({ method, consumes }) => (method === 'POST' || method === 'PATCH') && consumes !== 'text/csv',
)

/** What the services answer, as opposed to the gateway itself. */
export const SERVICE_OPERATIONS = ENDPOINTS.filter(({ service }) => service !== 'gateway')

/** What is about one object, which has to be there. */
export const OBJECT_OPERATIONS = ENDPOINTS.filter(({ path }) => path.includes('{id}'))
