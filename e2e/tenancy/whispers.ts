import { type Endpoint, ENDPOINTS } from '@kitroom/contracts'

import type { Person } from '../client.ts'
import { journey } from '../contract/journey.ts'
import { type Call, strictCalls } from '../contract/strict-calls.ts'
import { queryFor } from '../samples.ts'
import type { TestSystem } from '../test-system.ts'
import { credentialsOf, type Wire } from '../wire.ts'
import type { Organization } from './organization.ts'

/** What people write into, and no query of the journey asks for to the letter. */
const FREE_TEXT = /^(name|full_name|description|purpose|reason|text|note)$/

/** A body in which every free text carries a mark. */
function marked(value: unknown, mark: string, member = ''): unknown {
  if (typeof value === 'string') return FREE_TEXT.test(member) ? `${value} ${mark}` : value
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((inner) => marked(inner, mark))
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, marked(inner, mark, name)]))
}

/** Goes through every operation as a new organisation whose texts carry a mark; gives every answer, and its id. */
export async function everythingHeard(
  { bootstrapToken }: TestSystem,
  client: Wire,
  mark: string,
): Promise<{ orgId: string; mark: string; answers: string[] }> {
  const answers: string[] = []
  const listening: Wire = {
    ...client,
    async send(letter) {
      const heard = await client.send(letter)
      answers.push(`${letter.method} ${letter.path} ${JSON.stringify(heard.headers)} ${heard.text}`)
      return heard
    },
  }
  const { call } = strictCalls(listening)
  let orgId = ''
  await journey(async (name: string, { body, ...rest }: Call = {}) => {
    const text = body === undefined ? {} : { body: marked(body, mark) as object | string }
    const answer = await call(name, { ...rest, ...text })
    if (name === 'getOrganization') orgId = String((answer.body as { id?: string }).id)
    return answer
  }, bootstrapToken)
  return { orgId, mark, answers }
}

const UUID = /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/g

/** The answers that hold a mark or one of these ids. */
export const whispersOf = (answers: readonly string[], mark: string, ids: ReadonlySet<string>): string[] =>
  answers.filter((answer) => answer.includes(mark) || answer.match(UUID)?.some((id) => ids.has(id)) === true)

const LISTS = ENDPOINTS.filter(
  ({ query, path }) => query !== undefined && 'cursor' in query.shape && !path.includes('{'),
)

/** Every list with everything that can be asked of it to find what an organisation has. */
export function searchesFor({ marker, admin, things }: Organization): string[] {
  const filtersOf = (operation: Endpoint) =>
    [
      ['q', marker],
      ['barcode', `barcode ${marker}`],
      ['tag', `tag ${marker}`],
      ['type', `type ${marker}`],
      ['requester', things.borrowers],
      ['user', things.borrowers],
      ['booking_id', things.bookings],
      ['resource_unit_id', things.units],
      ['actor', admin.id],
      ['entity_id', things.bookings],
    ].filter(([name = '']) => name in (operation.query?.shape ?? {}))
  return LISTS.flatMap((operation) => {
    const queries = filtersOf(operation).map(([name = '', value = '']): [string, string][] => [
      [name, encodeURIComponent(value)],
    ])
    return [...(operation.name === 'findUnits' ? [] : [[]]), ...queries].map(
      (query) => `${operation.path}${queryFor(operation, ['limit', '100'], ...query)}`,
    )
  })
}

/** What somebody is told, as a list and as a file. */
export async function heardBy(client: Wire, person: Person, path: string, accept: string): Promise<string> {
  const headers: [string, string][] = [...credentialsOf(person), ['Accept', accept]]
  return (await client.send({ method: 'GET', path, headers })).text
}
