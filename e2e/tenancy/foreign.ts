import { randomUUID } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'

import { bodiesFor, placesOf, queryFor, type Things } from '../samples.ts'
import { credentialsOf, type Wire } from '../wire.ts'
import type { Operation } from './document.ts'
import { NAMED } from './named-things.ts'
import type { Organization } from './organization.ts'
import { told } from './told.ts'
import { letterTo, nothings } from './trials.ts'

const MATCHES = [undefined, '*', '"999"']

/** The same things, but those of some kinds. */
export const but = (things: Things, kinds: readonly string[], others: Things): Things => ({
  ...things,
  ...Object.fromEntries(kinds.map((kind) => [kind, others[kind as keyof Things]])),
})

/** What an operation answers an admin about things. */
export const asker =
  (client: Wire, { endpoint }: Operation, us: Organization) =>
  async (about: Things, match?: string) => {
    const preconditions = match === undefined ? {} : { match }
    const parts = { about, naming: us.things, ...preconditions }
    return told(await client.send(letterTo(endpoint, credentialsOf(us.admin), parts)))
  }

/**
 * Points an operation at things that it must not find, each of its path alone and all together, and says where the
 * answer is not that of something that never was.
 */
export async function foundInPath(
  client: Wire,
  operation: Operation,
  us: Organization,
  others: readonly Things[],
): Promise<string[]> {
  const ask = asker(client, operation, us)
  const { endpoint } = operation
  const kinds = placesOf(endpoint).map(({ kind }) => kind)
  const combinations = kinds.length > 1 ? [kinds, ...kinds.map((kind) => [kind])] : [kinds]
  const complaints: string[] = []
  for (const match of MATCHES) {
    for (const foreign of combinations) {
      const never = await ask(but(us.things, foreign, nothings(us.things)), match)
      if (never.status !== 404) complaints.push(`${endpoint.name}: nothing is ${JSON.stringify(never)}`)
      for (const other of others) {
        const heard = await ask(but(us.things, foreign, other), match)
        if (isDeepStrictEqual(heard, never)) continue
        complaints.push(`${endpoint.name} ${foreign.join()} ${match ?? ''}: ${JSON.stringify(heard)}`)
      }
    }
  }
  return complaints
}

/** Says where an operation does not find what is one’s own: then that it finds nothing else would mean nothing. */
export async function missedInPath(client: Wire, operation: Operation, us: Organization): Promise<string[]> {
  const { status, body } = await asker(client, operation, us)(us.things, '"999"')
  const isFound = status < 300 || status === 412 || status === 409
  return isFound ? [] : [`${operation.endpoint.name}: ${status} ${JSON.stringify(body)}`]
}

/** Of an operation to which what is deleted is as if it had never been: where it is not. */
export async function foundDeleted(client: Wire, operation: Operation, us: Organization): Promise<string[]> {
  const ask = asker(client, operation, us)
  const last = placesOf(operation.endpoint).at(-1)?.kind ?? ''
  const [deleted, never] = [
    await ask(us.deleted, '*'),
    await ask(but(us.deleted, [last], nothings(us.things)), '*'),
  ]
  if (deleted.status === 404 && isDeepStrictEqual(deleted, never)) return []
  return [`${operation.endpoint.name}: ${JSON.stringify(deleted)}`]
}

/** Looks for a child under another parent of the same organisation. */
export async function foundUnderAnother(
  client: Wire,
  operation: Operation,
  us: Organization,
): Promise<string[]> {
  const [parent = ''] = placesOf(operation.endpoint).map(({ kind }) => kind)
  const { status, body } = await asker(client, operation, us)(but(us.things, [parent], us.deleted), '*')
  return status === 404 ? [] : [`${operation.endpoint.name}: ${status} ${JSON.stringify(body)}`]
}

/** Puts a value into every place of a body that a path such as `/items/resource_id` leads to. */
function withId(body: object, place: string, id: string): object {
  const [member = '', ...rest] = place.slice(1).split('/')
  const value = (body as Record<string, unknown>)[member]
  if (rest.length === 0) return { ...body, [member]: member.endsWith('_ids') ? [id] : id }
  const items = Array.isArray(value) ? value : [{}]
  return { ...body, [member]: items.map((item: object) => wishFor(withId(item, `/${rest.join('/')}`, id))) }
}

/** An item of a wish names a unit, or a resource and how many. */
function wishFor(item: object): object {
  if (!('resource_id' in item && 'resource_unit_id' in item)) return item
  const { resource_id: _resource, quantity: _quantity, ...unit } = item as Record<string, unknown>
  return unit
}

/** What an operation is about for its body to be judged: the desk takes a booking in one status only. */
const aboutFor = ({ endpoint: { name } }: Operation, us: Organization): Things =>
  name === 'checkOutBooking' ? us.ready : name === 'returnBooking' ? us.out : us.things

/** What is heard when a body or a query names this id. */
export async function heardNaming(
  client: Wire,
  operation: Operation,
  us: Organization,
  place: string,
  id: string,
) {
  const { endpoint } = operation
  const isQuery = place.startsWith('?')
  const query = isQuery ? queryFor(endpoint, [place.slice(1), id]) : queryFor(endpoint)
  const parts = { about: aboutFor(operation, us), naming: us.things, query }
  const letter = letterTo(endpoint, credentialsOf(us.admin), parts)
  if (isQuery) return told(await client.send(letter))
  const sample = bodiesFor(us.things)[endpoint.name] ?? {}
  return told(await client.send({ ...letter, body: JSON.stringify(withId(sample, place, id)) }))
}

/**
 * Names at one place of a request a thing of others, a thing that never was, and a thing of one’s own: says where the first
 * two are not answered alike, as not found or with nothing, or where the third is too.
 */
export async function acceptedNaming(
  client: Wire,
  operation: Operation,
  us: Organization,
  others: Organization,
  place: string,
): Promise<string[]> {
  const { name } = operation.endpoint
  const kind = NAMED[name]?.[place]
  if (kind === undefined) return [`e2e/tenancy/named-things.ts does not say what ${name} names at ${place}`]
  const heard = (id: string) => heardNaming(client, operation, us, place, id)
  const foreign = await heard(others.things[kind])
  const never = await heard(randomUUID())
  const own = await heard(aboutFor(operation, us)[kind])
  const isAlike = isDeepStrictEqual(foreign, never) && !isDeepStrictEqual(foreign, own)
  // At the desk a unit is one of the booking's or none: which others there are is not looked at.
  const refusal = place.startsWith('?') ? 200 : aboutFor(operation, us) === us.things ? 404 : 400
  if (isAlike && foreign.status === refusal && own.status !== 404) return []
  return [`${name} ${place}: ${[foreign, never, own].map((answer) => JSON.stringify(answer)).join('\n')}`]
}
