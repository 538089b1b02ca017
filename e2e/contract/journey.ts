import { randomUUID } from 'node:crypto'

import { inHours, until } from '@kitroom/testing'

import { credentialsOf } from '../wire.ts'
import type { Answered, Call } from './strict-calls.ts'

type CallByName = (name: string, call?: Call) => Promise<Answered>

const idOf = ({ body }: Answered): string => String((body as { id?: string }).id)
const versionOf = ({ etag = '' }: Answered): readonly [string, string][] => [['If-Match', etag]]

/** Uses every operation of the contract as a university does, from its founding to the last sign-out. */
export async function journey(call: CallByName, bootstrapToken: string): Promise<void> {
  for (const name of ['getHealth', 'getLiveness', 'getReadiness', 'getOpenApi', 'getDocs', 'getKeys'])
    await call(name)
  await call('getProblem', { id: 'validation-failed' })

  const person = {
    email: `${randomUUID()}@kitroom.example`,
    password: 'correct horse battery',
    full_name: 'Ada',
  }
  const organization = { name: 'Arts', timezone: 'Europe/Zurich' }
  const founded = await call('register', {
    body: { ...person, organization },
    headers: [['X-Bootstrap-Token', bootstrapToken]],
  })
  const orgId = (founded.body as unknown as { organization: { id: string } }).organization.id
  const { email, password } = person
  const signedIn = await call('signIn', { body: { email, password } })
  const { refresh_token } = signedIn.body as unknown as { refresh_token: string }
  const { body } = await call('refreshSession', { body: { refresh_token } })
  const { access_token: token } = body as unknown as { access_token: string }
  const as = credentialsOf({ token, orgId })

  await people(call, as)
  const tagId = await tags(call, as)
  const unitId = await equipment(call, as)
  const bookingId = await lending(call, as, unitId)
  await desk(call, as, bookingId)
  await messages(call, as, bookingId)
  await fines(call, as, bookingId)
  await waitlist(call, as, unitId)
  await reports(call, as)

  const events = async () =>
    (await call('listAuditEvents', { as, query: `?entity_id=${tagId}` })).body as { data?: { id: string }[] }
  const { data = [] } = await until(events, ({ data = [] }) => data.length > 0)
  await call('getAuditEvent', { as, id: data[0]?.id ?? '' })
  await call('verifyAudit', { as })
  await call('signOut', { as: as.slice(0, 1) })
}

async function people(call: CallByName, as: Call['as'] = []): Promise<void> {
  await call('getMe', { as: as.slice(0, 1) })
  const email = `${randomUUID()}@kitroom.example`
  const member = { email, password: 'correct horse battery', full_name: 'Grace', roles: ['student'] }
  const id = idOf(await call('register', { as, body: member }))
  await call('listUsers', { as, query: '?role=student&is_active=true' })
  const user = await call('getUser', { as, id })
  await call('changeUser', { as, id, body: { roles: ['staff', 'student'] }, headers: versionOf(user) })
  const organization = await call('getOrganization', { as })
  const policy = {
    fine: { amount_cents: 250 },
    opening_hours: { monday: [{ opens: '09:00', closes: '24:00' }] },
    closures: [{ from: '2026-12-24', to: '2027-01-02', reason: 'Christmas' }],
    approval: { by_type: { Camera: 'AUTOMATIC' } },
  }
  await call('changeOrganization', { as, body: { policy }, headers: versionOf(organization) })
}

async function tags(call: CallByName, as: Call['as'] = []): Promise<string> {
  const made = await call('createTag', { as, body: { name: 'bright' } })
  const changed = await call('changeTag', {
    as,
    id: idOf(made),
    body: { name: 'brighter' },
    headers: versionOf(made),
  })
  await call('getTag', { as, id: idOf(made) })
  await call('listTags', { as })
  await call('deleteTag', { as, id: idOf(made), headers: versionOf(changed) })
  return idOf(made)
}

/** Leaves a resource with units that can be lent; gives one of them. */
async function equipment(call: CallByName, as: Call['as'] = []): Promise<string> {
  const units = [{ barcode: 'L1' }, { barcode: 'L2' }]
  const made = await call('createResource', {
    as,
    body: { type: 'Light', name: 'Lamp', tags: ['bright'], units },
  })
  const id = idOf(made)
  await call('changeResource', { as, id, body: { description: 'It shines.' }, headers: versionOf(made) })
  await call('getResource', { as, id })
  await call('listResources', { as, query: '?tag=bright&q=lamp&sort=-created_at,name' })
  const unit = await call('addUnit', { as, id, body: { barcode: 'L3', condition: 'NEW' } })
  const worn = await call('changeUnit', {
    as,
    id: idOf(unit),
    body: { condition: 'WORN' },
    headers: versionOf(unit),
  })
  await call('getUnit', { as, id: idOf(unit) })
  await call('listUnits', { as, id })
  await call('findUnits', { as, query: '?barcode=L3' })
  await call('deleteUnit', { as, id: idOf(unit), headers: versionOf(worn) })
  await call('restoreUnit', { as, id: idOf(unit) })
  await call('deleteResource', { as, id })
  await call('restoreResource', { as, id })
  await call('importResources', { as, query: '?name=Name&barcode=Code', body: 'Name,Code\nLamp,L4\n' })
  await call('getAvailability', { as, id, query: `?from=${inHours(0)}&to=${inHours(24)}` })
  await call('searchAvailability', {
    as,
    query: `?from=${inHours(0)}&to=${inHours(24)}&tag=bright&available_only=false`,
  })
  return idOf(unit)
}

/** Gives a booking that was returned. */
async function lending(call: CallByName, as: Call['as'] = [], unitId: string): Promise<string> {
  const wish = (hour: number) => ({
    start_at: inHours(hour),
    end_at: inHours(hour + 1),
    purpose: 'A film',
    items: [{ resource_unit_id: unitId }],
  })
  const draft = await call('createBooking', { as, body: { ...wish(0), status: 'DRAFT' } })
  const id = idOf(draft)
  const changed = await call('changeBooking', { as, id, body: { purpose: null }, headers: versionOf(draft) })
  await call('submitBooking', { as, id, headers: versionOf(changed) })
  await call('approveBooking', { as, id, body: { reason: 'Fine.' } })
  await call('checkOutBooking', { as, id })
  await call('returnBooking', {
    as,
    id,
    body: { items: [{ resource_unit_id: unitId, condition: 'WORN', note: 'A scratch' }] },
  })
  await call('getBooking', { as, id })
  await call('cancelBooking', { as, id: idOf(await call('createBooking', { as, body: wish(5) })) })
  await call('rejectBooking', { as, id: idOf(await call('createBooking', { as, body: wish(7) })) })
  await call('listBookings', { as, query: '?requester=me&status=RETURNED&status=REJECTED&limit=1' })
  return id
}

/** A walk-in whose loan grows, changes its unit and goes on; and a booking that loses an item. */
async function desk(call: CallByName, as: Call['as'] = [], bookingId: string): Promise<void> {
  const { requester_user_id: on_behalf_of } = (await call('getBooking', { as, id: bookingId })).body
  const units = [{ barcode: 'T1' }, { barcode: 'T2' }, { barcode: 'T3' }]
  const { body } = await call('createResource', { as, body: { type: 'Stand', name: 'Tripod', units } })
  const listed = (await call('listUnits', { as, id: String(body['id']) })).body as { data?: { id: string }[] }
  const [one = {}, two = {}, three = {}] = (listed.data ?? []).map(({ id }) => ({ resource_unit_id: id }))
  const itemsOf = (answer: Answered) => (answer.body as unknown as { items: { id: string }[] }).items

  const walkIn = await call('lendWalkIn', { as, body: { on_behalf_of, end_at: inHours(2), items: [one] } })
  const loan = { as, id: idOf(walkIn) }
  const grown = await call('scanUnit', { ...loan, body: two, headers: versionOf(walkIn) })
  const itemId = itemsOf(grown)[0]?.id ?? ''
  await call('swapItem', {
    as,
    id: [idOf(walkIn), itemId],
    body: { ...three, condition: 'DAMAGED', note: 'A leg is loose.' },
    headers: versionOf(grown),
  })
  await call('extendBooking', { ...loan, body: { end_at: inHours(3) } })
  await call('returnBooking', { ...loan, body: { items: [two], partial: true } })
  await call('returnBooking', loan)

  const wish = { start_at: inHours(5), end_at: inHours(6), items: [two, three] }
  const booking = await call('createBooking', { as, body: wish })
  const spare = itemsOf(booking)[1]?.id ?? ''
  await call('removeItem', { as, id: [idOf(booking), spare], headers: versionOf(booking) })
}

async function messages(call: CallByName, as: Call['as'] = [], bookingId: string): Promise<void> {
  const made = await call('postMessage', { as, id: bookingId, body: { text: 'Thank you.' } })
  await call('getMessage', { as, id: [bookingId, idOf(made)] })
  await call('listMessages', { as, id: bookingId, query: '?sort=-created_at&limit=1' })
}

/** A fine that is let off, and two that are paid at once. */
async function fines(call: CallByName, as: Call['as'] = [], bookingId: string): Promise<void> {
  const { requester_user_id: user_id } = (await call('getBooking', { as, id: bookingId })).body
  const impose = (more: object = {}) =>
    call('createFine', { as, body: { user_id, amount_cents: 250, reason: 'A scratch', ...more } })
  const mistaken = await impose({ booking_id: bookingId })
  await call('waiveFine', {
    as,
    id: idOf(mistaken),
    body: { reason: 'It was there before.' },
    headers: versionOf(mistaken),
  })
  await call('getStanding', { as, id: 'me' })
  const owed = [idOf(await impose()), idOf(await impose({ booking_id: bookingId }))]
  const paid = await call('payFines', {
    as,
    body: { fine_ids: owed, amount_cents: 500, currency: 'EUR', method: 'CARD' },
  })
  await call('getPayment', { as, id: idOf(paid) })
  for (const id of [idOf(mistaken), ...owed]) await call('getFine', { as, id })
  await call('listFines', { as, query: `?user=me&status=PAID&status=WAIVED&booking_id=${bookingId}&limit=1` })
}

/** Entries that wait for a unit, and every way they end. */
async function waitlist(call: CallByName, as: Call['as'] = [], unitId: string): Promise<void> {
  const wish = { start_at: inHours(30), end_at: inHours(31), items: [{ resource_unit_id: unitId }] }
  const blocking = idOf(await call('createBooking', { as, body: wish }))
  const joined = await call('createBooking', { as, body: { ...wish, waitlist: true } })
  const join = () => call('joinWaitlist', { as, body: { ...wish, purpose: 'A film' } })
  const entries = [await join(), await join(), await join(), await join()].map(idOf)
  const [declined = '', rejected = '', expired = '', accepted = ''] = entries
  await call('getWaitlistEntry', { as, id: declined })
  await call('listWaitlist', { as, query: '?status=WAITING&status=OFFERED&limit=2' })
  await call('cancelWaitlistEntry', { as, id: idOf(joined), headers: versionOf(joined) })
  await call('rejectWaitlistEntry', { as, id: rejected, body: { reason: 'Too long.' } })
  // At other times the unit is free: staff may offer those.
  const offer = (id: string, hour: number) =>
    call('makeOffer', { as, id, body: { start_at: inHours(hour), end_at: inHours(hour + 1) } })
  await offer(declined, 40)
  await call('declineOffer', { as, id: declined })
  await offer(expired, 42)
  await call('expireWaitlistEntry', { as, id: expired })
  await offer(accepted, 44)
  await call('acceptOffer', { as, id: accepted })
  await call('cancelBooking', { as, id: blocking })
}

/** Each as a list and as a file. */
async function reports(call: CallByName, as: Call['as'] = []): Promise<void> {
  const time = `?from=${inHours(-24 * 7)}&to=${inHours(0)}`
  for (const name of ['reportUtilization', 'reportDemand', 'reportNoShows', 'reportOverdue']) {
    const query = name === 'reportOverdue' ? '?kind=OVERDUE&kind=AT_RISK' : time
    await call(name, { as, query: `${query}&limit=1` })
    await call(name, { as, query, headers: [['Accept', 'text/csv']] })
  }
}
