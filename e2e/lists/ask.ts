import type { Endpoint } from '@kitroom/contracts'

import { patiently, type Person } from '../client.ts'
import { fieldsOf, type ListTrial } from './lists.ts'

const LIMIT = '20'

interface Page {
  total: number | null
  next_cursor: string | null
}

/**
 * Asks for a list in every way that its endpoint has.
 * @param orders in how many orders each filter is tried
 */
export async function askForAll(
  endpoint: Endpoint,
  person: Person,
  trial: ListTrial,
  orders: number,
): Promise<void> {
  const { path = endpoint.path, always = {}, filters } = trial
  const ask = async (query: Record<string, string>): Promise<Page> => {
    const search = new URLSearchParams({ ...always, ...query, limit: LIMIT }).toString()
    const { status, body } = await patiently(() => person.send('GET', `${path}?${search}`))
    if (status !== 200) throw new Error(`GET ${path}?${search}: ${status} ${JSON.stringify(body)}`)
    return body as unknown as Page
  }
  /** By number and by cursor, at the beginning and in the middle. */
  const leafThrough = async (query: Record<string, string>) => {
    const first = await ask(query)
    const middle = Math.max(1, Math.floor((first.total ?? 0) / 2 / Number(LIMIT)))
    for (const { next_cursor } of [first, await ask({ ...query, page: String(middle) })])
      if (next_cursor !== null) await ask({ ...query, cursor: next_cursor })
  }
  const fields = fieldsOf(endpoint)
  const sorts = fields.flatMap((field) => [field, `-${field}`])
  for (const sort of [...sorts, fields.slice(0, 2).join(',')]) await leafThrough({ sort })
  for (const [name, values] of Object.entries(filters))
    for (const value of values)
      for (const sort of fields.slice(0, orders)) await leafThrough({ [name]: value, sort })
  await leafThrough(Object.fromEntries(Object.entries(filters).map(([name, [value = '']]) => [name, value])))
}
