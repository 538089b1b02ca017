import { z } from 'zod'

import type { Answer, ApiClient, Member } from './api-client.ts'
import type { DemoBooking, DemoPerson, DemoResource, DemoUniversity } from './demo-university.ts'

const HOUR_MS = 3_600_000
const Created = z.looseObject({ id: z.string() })
const Listed = z.looseObject({ total: z.number() })

interface Founding {
  api: ApiClient
  bootstrapToken: string
  password: string
}

const idOf = (answer: Answer | undefined): string => Created.parse(answer).id

/** The steps that bring a new booking into the status it is to have. */
function stepsTo({ status, from, to }: DemoBooking, at: (hours: number) => string): [string, object?][] {
  const approve: [string, object?] = ['approve', { reason: 'Have fun.' }]
  const handOut: [string, object?] = ['checkout', { picked_up_at: at(from) }]
  switch (status) {
    case 'DRAFT':
    case 'PENDING':
      return []
    case 'APPROVED':
      return [approve]
    case 'CHECKED_OUT':
      return [approve, handOut]
    case 'RETURNED':
      return [approve, handOut, ['return', { returned_at: at(to) }]]
    case 'REJECTED':
      return [['reject', { reason: 'Reserved for the exhibition crew that week.' }]]
    case 'CANCELLED':
      return [['cancel', { reason: 'No longer needed.' }]]
  }
}

/** Founds one university through the API, or completes one whose founding was interrupted before its bookings. */
export async function foundUniversity(
  university: DemoUniversity,
  { api, bootstrapToken, password }: Founding,
): Promise<void> {
  const [first, ...others] = university.people
  const [, desk] = university.people
  if (first === undefined || desk === undefined) throw new Error(`${university.name} has nobody at the desk.`)
  await api.make('/auth/register', {
    headers: { 'X-Bootstrap-Token': bootstrapToken },
    body: {
      organization: { name: university.name, timezone: university.timezone },
      email: first.email,
      full_name: first.name,
      password,
    },
  })
  const admin = await api.signIn(first.email, password, university.name)
  for (const person of others) await enrol(api, admin, person, password)
  const members = new Map<string, Member>()
  for (const { name, email } of university.people) {
    members.set(name, await api.signIn(email, password, university.name))
  }
  const staff = members.get(desk.name) ?? admin
  for (const resource of university.resources) await equip(api, staff, resource)
  if (Listed.parse(await api.get('/bookings?limit=1', staff)).total > 0) return
  const catalogue = await resourceIds(api, staff)
  for (const booking of university.bookings) await book(api, booking, staff, members, catalogue)
}

async function enrol(api: ApiClient, admin: Member, person: DemoPerson, password: string): Promise<void> {
  const body = { email: person.email, full_name: person.name, password, roles: [person.role] }
  await api.make('/auth/register', { as: admin, body })
}

async function equip(api: ApiClient, staff: Member, resource: DemoResource): Promise<void> {
  const { name, type, description, department } = resource
  const units = Array.from({ length: resource.units }, (_, at) => ({
    barcode: `${resource.barcode}${String(at + 1).padStart(2, '0')}`,
    condition: at % 5 === 4 ? 'WORN' : 'GOOD',
  }))
  await api.make('/resources', { as: staff, body: { name, type, description, tags: [department], units } })
}

const Resources = z.looseObject({ data: z.array(z.looseObject({ id: z.string(), name: z.string() })) })

async function resourceIds(api: ApiClient, staff: Member): Promise<Map<string, string>> {
  const { data } = Resources.parse(await api.get('/resources?limit=100', staff))
  return new Map(data.map(({ id, name }) => [name, id]))
}

async function book(
  api: ApiClient,
  booking: DemoBooking,
  staff: Member,
  members: ReadonlyMap<string, Member>,
  catalogue: ReadonlyMap<string, string>,
): Promise<void> {
  const today = Math.floor(Date.now() / HOUR_MS) * HOUR_MS
  const at = (hours: number) => new Date(today + hours * HOUR_MS).toISOString()
  const borrower = members.get(booking.borrower)
  const late = booking.from < 0
  const made = await api.make('/bookings', {
    as: late ? staff : (borrower ?? staff),
    headers: { 'Idempotency-Key': crypto.randomUUID() },
    body: {
      start_at: at(booking.from),
      end_at: at(booking.to),
      purpose: booking.purpose,
      items: [{ resource_id: catalogue.get(booking.resource), quantity: booking.quantity ?? 1 }],
      ...(booking.status === 'DRAFT' ? { status: 'DRAFT' } : {}),
      ...(late && borrower !== undefined ? { on_behalf_of: borrower.userId } : {}),
    },
  })
  for (const [verb, body] of stepsTo(booking, at)) {
    await api.make(`/bookings/${idOf(made)}/${verb}`, { as: staff, body: body ?? {} })
  }
}
