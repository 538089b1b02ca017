import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { scaled, seededRandom } from '@kitroom/testing'
import { Client } from 'pg'

import { foundOrganization, type Person, signedInAgain } from './client.ts'
import { fill } from './lists/fill.ts'
import { type TestSystem, testSystem } from './test-system.ts'
import { type Turmoil, turmoil } from './walks/changes.ts'
import { type Walk, walks } from './walks/walks.ts'

/** Of each table; a quarter of them belongs to who walks. */
const ROWS = scaled(2_000, 60_000)
const LIMIT = scaled(25, 100)
const random = seededRandom()

const parts = new AsyncDisposableStack()
let system: TestSystem
let admin: Person
/** Whose changes fire no trigger, which would tell of them to everybody. */
let client: Client

beforeAll(async () => {
  system = parts.use(await testSystem({ env: { LOOKOUT_SECONDS: '999' } }))
  const { url, bootstrapToken, adminDatabaseUrl } = system
  admin = await foundOrganization(url, bootstrapToken, 'Large')
  const small = await foundOrganization(url, bootstrapToken, 'Small')
  const organizations = { large: admin.orgId, small: small.orgId, student: admin.id }
  await fill(adminDatabaseUrl, { rows: ROWS, ...organizations })
  client = parts.adopt(new Client({ connectionString: adminDatabaseUrl }), (open) => open.end())
  await client.connect()
  await client.query('set session_replication_role = replica')
  // Ranks who waits: what that moves has moved before anybody walks.
  await admin.send('GET', '/waitlist')
}, 300_000)
afterAll(() => parts.disposeAsync(), 60_000)

interface Page {
  data: { id: string }[]
  has_next: boolean
  next_cursor: string | null
}

/** Leafs through a list to its end, each page while another part of the changes is made; counts how often it saw each row. */
async function leafThrough(
  { path, sort }: Walk,
  { untouched, strike }: Turmoil,
  by: 'cursor' | 'page',
): Promise<Map<string, number>> {
  const seen = new Map<string, number>()
  const pages = Math.ceil(untouched.length / LIMIT)
  let on = ''
  for (let number = 1; ; number++) {
    const [{ status, body }] = await Promise.all([
      admin.send('GET', `${path}&sort=${sort}&limit=${LIMIT}${on}`),
      number <= pages ? strike(number - 1, pages) : undefined,
    ])
    expect([status, body]).toEqual([200, expect.anything()])
    const { data, has_next, next_cursor } = body as unknown as Page
    for (const { id } of data) seen.set(id, (seen.get(id) ?? 0) + 1)
    if (!has_next) return seen
    on = by === 'cursor' ? `&cursor=${next_cursor}` : `&page=${number + 1}`
  }
}

const notSeenOnce = ({ untouched }: Turmoil, seen: ReadonlyMap<string, number>): string[] =>
  untouched.filter((id) => seen.get(id) !== 1)

describe(`a list of which a fifth changes while it is walked by cursor (API-4, KITROOM_TEST_SEED=${random.seed})`, () => {
  // Of an organisation that is not known yet only the paths are needed.
  const lists = walks({ id: '', orgId: '' }).map(
    ({ path, sort }, at) => [`GET ${path.split('?', 1)[0]} by ${sort}`, at] as const,
  )
  const walkOver = async (at: number, by: 'cursor' | 'page') => {
    admin = await signedInAgain(system.url, admin)
    const walk = walks(admin)[at] as Walk
    const changing = await turmoil(client, walk, admin.orgId, random)
    return { changing, seen: await leafThrough(walk, changing, by) }
  }

  it.each(lists)(
    '%s shows every untouched row once, and none twice that did not move',
    async (list, at) => {
      const { changing, seen } = await walkOver(at, 'cursor')
      const { untouched, moved, changed } = changing
      const twice = [...seen].filter(([, times]) => times > 1).map(([id]) => id)
      console.info(`${list}: ${untouched.length} untouched, ${changed} changed, ${twice.length} seen twice`)
      expect(changed).toBeGreaterThan(untouched.length / 6)
      expect(notSeenOnce(changing, seen)).toEqual([])
      expect(twice.filter((id) => !moved.has(id))).toEqual([])
    },
    300_000,
  )

  it('would lose rows by number: the changes do strike', async () => {
    const { changing, seen } = await walkOver(0, 'page')
    expect(notSeenOnce(changing, seen)).not.toEqual([])
  }, 300_000)
})
