import { randomUUID } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'

import { inHours } from '@kitroom/testing'

import type { Trial } from '../bad-input/misjudged.ts'
import type { Person } from '../client.ts'
import { bodiesFor, placesOf, queryFor, someThings, type Things } from '../samples.ts'
import type { Operation } from '../tenancy/document.ts'
import { asker, but, heardNaming } from '../tenancy/foreign.ts'
import { NAMED } from '../tenancy/named-things.ts'
import type { Organization } from '../tenancy/organization.ts'
import { letterTo, nothings, rowOf } from '../tenancy/trials.ts'
import { credentialsOf, type Wire } from '../wire.ts'

const kindsOf = ({ endpoint }: Operation): string[] => placesOf(endpoint).map(({ kind }) => kind)

/** A thing of an organisation of the kind; deleting and listing it is found out from paths alone. */
const idOf = (things: Things, kind: string): string => {
  const id = (things as unknown as Record<string, string | undefined>)[kind]
  if (id === undefined) throw new Error(`e2e/samples.ts makes none of the ${kind} that the document names.`)
  return id
}

/** The same organisation with one of each thing that nobody deleted yet, and a booking that can do without its item. */
export async function withFreshThings(us: Organization): Promise<Organization> {
  const made = async (path: string, body: object) => {
    const answer = await us.admin.send('POST', path, { body, key: randomUUID() })
    if (answer.status !== 201) throw new Error(`could not make ${path}: ${JSON.stringify(answer.body)}`)
    return answer.body as unknown as { id: string; items: [{ id: string }] }
  }
  const units = [{ barcode: randomUUID() }, { barcode: randomUUID() }]
  const { id } = await made('/resources', { type: 'Case', name: 'Case', units })
  const items = [{ resource_id: id, quantity: 2 }]
  const booking = await made('/bookings', { start_at: inHours(30), end_at: inHours(31), items })
  const things = await someThings(us.admin, us.student)
  return { ...us, things: { ...things, bookings: booking.id, items: booking.items[0].id } }
}

/** The lists of a kind, on its own or of a parent, that need nothing asked. */
const listsOf = (operations: readonly Operation[], kind: string): Operation[] =>
  operations.filter(
    ({ endpoint }) =>
      endpoint.method === 'GET' && endpoint.path.endsWith(`/${kind}`) && queryFor(endpoint) === '',
  )

/** Whether a list shows a thing, the newest first. */
async function isListed(
  client: Wire,
  { endpoint }: Operation,
  as: Person,
  about: Things,
  id: string,
): Promise<boolean> {
  const parts = { about, naming: about, query: '?limit=100&sort=-created_at' }
  const { text } = await client.send(letterTo(endpoint, credentialsOf(as), parts))
  return text.includes(`"id":"${id}"`)
}

/**
 * Use after free: deletes a thing, and says what still finds it, lists it or takes it in a body, other than what never was.
 * What gives deleted things back may.
 */
export async function usedAfterDeletion(
  client: Wire,
  operations: readonly Operation[],
  deletion: Operation,
  us: Organization,
): Promise<string[]> {
  const { things, admin } = us
  const kind = kindsOf(deletion).at(-1) ?? ''
  const id = idOf(things, kind)
  const lists = listsOf(operations, kind)
  const complaints: string[] = []
  const complain = (what: string, heard: unknown) =>
    complaints.push(`${what} after ${deletion.endpoint.name}: ${JSON.stringify(heard)}`)

  for (const list of lists)
    if (!(await isListed(client, list, admin, things, id)))
      complain(`not in ${list.endpoint.name} even`, 'before')
  const { status } = await asker(client, deletion, us)(things, '*')
  if (status !== 204) complain('not deleted', status)

  for (const list of lists)
    if (await isListed(client, list, admin, things, id)) complain(`listed by ${list.endpoint.name}`, id)
  const through = operations.filter(
    (operation) => kindsOf(operation).includes(kind) && rowOf(operation.endpoint.name).deleted !== 'there',
  )
  for (const operation of through) {
    const ask = asker(client, operation, us)
    const [gone, never] = [await ask(things, '*'), await ask(but(things, [kind], nothings(things)), '*')]
    if (gone.status !== 404 || !isDeepStrictEqual(gone, never)) complain(operation.endpoint.name, gone)
  }
  for (const operation of operations) {
    // A filter may ask about what was.
    const places = Object.entries(NAMED[operation.endpoint.name] ?? {}).filter(
      ([place, named]) => named === kind && !place.startsWith('?'),
    )
    for (const [place] of places) {
      const gone = await heardNaming(client, operation, us, place, id)
      const never = await heardNaming(client, operation, us, place, randomUUID())
      if (gone.status < 400 || !isDeepStrictEqual(gone, never))
        complain(operation.endpoint.name + place, gone)
    }
  }
  return complaints
}

/** Resource leak: requests to make something that must be refused, as far as the document tells how. */
export function refusedCreations(creations: readonly Operation[], us: Organization): Trial[] {
  return creations.flatMap(({ endpoint, requestBody }) => {
    const sample = (bodiesFor(us.things)[endpoint.name] ?? {}) as Record<string, unknown>
    const { required = [] } = (requestBody?.content['application/json']?.schema ?? {}) as {
      required?: string[]
    }
    const without = (member: string) =>
      Object.fromEntries(Object.entries(sample).filter(([name]) => name !== member))
    const letter = letterTo(endpoint, credentialsOf(us.admin), { about: us.things, naming: us.things })
    const trial = (fault: string, body: object) => ({
      ...{ operation: endpoint, fault, codes: ['validation-failed'] },
      letter: { ...letter, body: JSON.stringify(body) },
    })
    return [
      trial('with a member nobody knows', { ...sample, unheard_of: 1 }),
      ...required.map((member) => trial(`without ${member}`, without(member))),
      ...required.map((member) =>
        trial(`with ${member} of no type`, { ...sample, [member]: { no: 'type' } }),
      ),
    ]
  })
}

/** Resource hierarchy: where a child is found under another parent of its kind, or is not under its own. */
export async function foundInOtherLists(
  client: Wire,
  operations: readonly Operation[],
  { admin, things, ready }: Organization,
): Promise<string[]> {
  const complaints = Object.keys(things).flatMap((kind) =>
    listsOf(operations, kind)
      .filter((list) => kindsOf(list).length > 0)
      .map(async (list) => {
        const id = idOf(things, kind)
        const parents = [things, but(things, kindsOf(list), ready)]
        const shown = await Promise.all(parents.map((about) => isListed(client, list, admin, about, id)))
        return isDeepStrictEqual(shown, [true, false]) ? [] : [`${list.endpoint.name}: ${shown.join()}`]
      }),
  )
  return (await Promise.all(complaints)).flat()
}

/** User namespace: everything there is to do with what belongs to somebody, by somebody else without a higher role. */
export function othersAtThings(operations: readonly Operation[], us: Organization): Trial[] {
  const owned = new Set(
    operations
      .filter(({ endpoint }) => rowOf(endpoint.name).whose !== undefined)
      .flatMap((operation) => kindsOf(operation).slice(0, 1)),
  )
  return operations
    .filter((operation) => owned.has(kindsOf(operation)[0] ?? ''))
    .map(({ endpoint }) => ({
      operation: endpoint,
      fault: 'by another student',
      letter: letterTo(endpoint, credentialsOf(us.student), {
        about: { ...us.things, users: us.admin.id },
        naming: us.things,
        match: '*',
      }),
      codes: ['forbidden'],
    }))
}
