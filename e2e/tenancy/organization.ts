import { randomUUID } from 'node:crypto'

import { enrol, foundOrganization, type Person } from '../client.ts'
import { someThings, type Things } from '../samples.ts'
import type { TestSystem } from '../test-system.ts'

/** An organisation with its people, one of each thing, and one of each that can be deleted, deleted. */
export interface Organization {
  id: string
  /** In the text of everything it has. */
  marker: string
  admin: Person
  staff: Person
  student: Person
  things: Things
  /** Things of which resource, unit, tag and item are deleted; the rest are there. */
  deleted: Things
  /** The same things, with a booking that can be handed out, and one that is out, in place of the others. */
  ready: Things
  out: Things
}

export async function organization({ url, bootstrapToken }: TestSystem): Promise<Organization> {
  const marker = randomUUID()
  const admin = await foundOrganization(url, bootstrapToken, `University ${marker}`)
  const [staff, student] = await Promise.all([enrol(url, admin, 'staff'), enrol(url, admin, 'student')])
  const things = await someThings(admin, student, marker)
  await admin.send('PATCH', `/users/${student.id}`, { body: { full_name: `Ada ${marker}` }, ifMatch: '*' })
  const make = maker(admin)
  const deleted = { ...things, ...(await deletedThings(make, marker)) }
  const [ready, out] = [await approved(make, marker), await approved(make, marker)]
  await make('POST', `/bookings/${out.bookings}/checkout`, 200, { picked_up_at: hour(-1.5) })
  const people = { admin, staff, student }
  return {
    ...{ id: admin.orgId, marker, ...people, things, deleted },
    ...{ ready: { ...things, ...ready }, out: { ...things, ...out } },
  }
}

interface Made {
  id: string
  items?: { id: string; resource_unit_id: string }[]
}

type Make = ReturnType<typeof maker>

const maker =
  (admin: Person) =>
  async (method: string, path: string, status: number, body?: object): Promise<Made> => {
    const answer = await admin.send(method, path, {
      ...(body === undefined ? {} : { body }),
      ...(method === 'POST' ? { key: randomUUID() } : {}),
    })
    if (answer.status !== status) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`)
    return answer.body as unknown as Made
  }

const hour = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString()

/** A resource of a name, with so many units. */
const resource = (make: Make, name: string, marker: string, units: number) =>
  make('POST', '/resources', 201, {
    type: 'Case',
    name: `${name} ${marker}`,
    units: Array.from({ length: units }, () => ({ barcode: `${randomUUID()} ${marker}` })),
  })

async function deletedThings(make: Make, marker: string): Promise<Partial<Things>> {
  const [kept, gone] = [await resource(make, 'kept', marker, 2), await resource(make, 'gone', marker, 0)]
  await make('DELETE', `/resources/${gone.id}`, 204)
  const unit = await make('POST', `/resources/${kept.id}/units`, 201, { barcode: `gone ${marker}` })
  await make('DELETE', `/units/${unit.id}`, 204)
  const tag = await make('POST', '/tags', 201, { name: `gone ${marker}` })
  await make('DELETE', `/tags/${tag.id}`, 204)
  const items = [{ resource_id: kept.id, quantity: 2 }]
  const booking = await make('POST', '/bookings', 201, { start_at: hour(30), end_at: hour(31), items })
  const item = booking.items?.[0]?.id ?? ''
  await make('DELETE', `/bookings/${booking.id}/items/${item}`, 204)
  return { resources: gone.id, units: unit.id, tags: tag.id, bookings: booking.id, items: item }
}

/** A booking whose time has come, and its unit. */
async function approved(make: Make, marker: string): Promise<Partial<Things>> {
  const { id } = await resource(make, 'desk', marker, 1)
  const items = [{ resource_id: id, quantity: 1 }]
  const booking = await make('POST', '/bookings', 201, { start_at: hour(-2), end_at: hour(2), items })
  await make('POST', `/bookings/${booking.id}/approve`, 200, {})
  const item = booking.items?.[0]
  return { resources: id, units: item?.resource_unit_id ?? '', bookings: booking.id, items: item?.id ?? '' }
}
