import { randomUUID } from 'node:crypto'

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'

import { enrol, foundOrganization, type Person } from './client.ts'
import { someThings, type Things } from './samples.ts'
import { type TestSystem, testSystem } from './test-system.ts'
import { credentialsOf, type Letter, type Wire, wire } from './wire.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const KIB = 1024
const NOON = Math.ceil(Date.now() / DAY) * DAY
const time = (ms: number) => new Date(NOON + ms).toISOString()

let system: TestSystem
let client: Wire
let admin: Person
let things: Things

beforeAll(async () => {
  system = await testSystem()
  client = wire(system.url, 32)
  admin = await foundOrganization(system.url, system.bootstrapToken, 'University of the Arts')
  things = await someThings(admin, await enrol(system.url, admin, 'student'))
})
afterAll(async () => {
  client.close()
  await system[Symbol.asyncDispose]()
})

const send = (letter: Letter) =>
  client.send({ ...letter, headers: [...credentialsOf(admin), ...(letter.headers ?? [])] })
const get = (path: string) => send({ method: 'GET', path })
const post = (path: string, body: object | string, more: Partial<Letter> = {}, type = 'application/json') =>
  send({
    method: 'POST',
    path,
    body: typeof body === 'string' ? body : JSON.stringify(body),
    ...more,
    headers: [
      ['Content-Type', type],
      ['Idempotency-Key', randomUUID()],
    ],
  })
/** The status, and for a refusal what it is about. */
const judged = async (answer: ReturnType<typeof send>) => {
  const { status, text } = await answer
  const { code, errors = [] } = (text === '' ? {} : JSON.parse(text)) as {
    code?: string
    errors?: { pointer?: string; parameter?: string }[]
  }
  return status < 400
    ? status
    : `${status} ${code} ${errors[0]?.pointer ?? errors[0]?.parameter ?? ''}`.trim()
}

describe('a limit is exact: the last that fits is taken, the next is refused', () => {
  const tag = (bytes: number) => JSON.stringify({ name: randomUUID() }).padEnd(bytes, ' ')

  it.each([false, true])('of 1 MiB for a body (DOS-3), in chunks: %s', async (chunked) => {
    expect(await judged(post('/tags', tag(KIB * KIB), { chunked }))).toBe(201)
    expect(await judged(post('/tags', tag(KIB * KIB + 1), { chunked }))).toBe('413 body-too-large')
  })

  it.each([false, true])('of 10 MiB for an import, in chunks: %s', async (chunked) => {
    const path = '/imports/resources?name=Name&barcode=Code'
    const csv = (bytes: number) => {
      let text = 'Name,Code,Notes'
      while (text.length < bytes)
        text += `\nLamp,${randomUUID()},`.padEnd(Math.min(200 * KIB, bytes - text.length), '.')
      return text
    }
    expect(await judged(post(path, csv(10 * KIB * KIB), { chunked }, 'text/csv'))).toBe(200)
    expect(await judged(post(path, csv(10 * KIB * KIB + 1), { chunked }, 'text/csv'))).toBe(
      '413 body-too-large',
    )
  })

  it('of 100 entries for a page, of every list (DOS-4)', async () => {
    for (const path of [
      '/resources?',
      '/tags?',
      '/users?',
      '/bookings?',
      '/waitlist?',
      '/fines?',
      '/audit?',
    ]) {
      expect([path, await judged(get(`${path}limit=100`))]).toEqual([path, 200])
      for (const limit of ['101', '0'])
        expect([path, await judged(get(`${path}limit=${limit}`))]).toEqual([
          path,
          '400 validation-failed limit',
        ])
    }
  })

  it('of 200 characters for a search', async () => {
    for (const path of ['/resources', '/users', '/tags']) {
      expect([path, await judged(get(`${path}?q=${'q'.repeat(200)}`))]).toEqual([path, 200])
      expect([path, await judged(get(`${path}?q=${'q'.repeat(201)}`))]).toEqual([
        path,
        '400 validation-failed q',
      ])
    }
  })

  it('of 366 days for a time that is asked about', async () => {
    const asked = (ms: number) => `from=${time(0)}&to=${time(ms)}`
    for (const path of [`/resources/${things.resources}/availability?`, '/availability?']) {
      expect([path, await judged(get(path + asked(366 * DAY)))]).toEqual([path, 200])
      expect([path, await judged(get(path + asked(366 * DAY + 1)))]).toEqual([
        path,
        '400 validation-failed to',
      ])
      expect([path, await judged(get(path + asked(0)))]).toEqual([path, '400 validation-failed to'])
    }
  })

  it('of 366 days and 50 items for a booking', async () => {
    const units = Array.from({ length: 51 }, () => ({ barcode: randomUUID() }))
    const made = await post('/resources', { type: 'Cable', name: 'Cable', units: units.slice(0, 50) })
    const { id } = JSON.parse(made.text) as { id: string }
    await judged(post(`/resources/${id}/units`, units[50] ?? {}))
    const book = (start: number, ms: number, quantity: number) =>
      judged(
        post('/bookings', {
          start_at: time(start),
          end_at: time(start + ms),
          items: [{ resource_id: id, quantity }],
        }),
      )
    expect(await book(DAY, HOUR, 50)).toBe(201)
    expect(await book(2 * DAY, HOUR, 51)).toMatch(/^400 validation-failed \/items/)
    expect(await book(2 * DAY, HOUR, 0)).toMatch(/^400 validation-failed \/items/)
    expect(await book(2 * DAY, 366 * DAY, 1)).toBe(201)
    expect(await book(2 * DAY, 366 * DAY + 1, 1)).toMatch(/^400 validation-failed \/end_at/)
  })
})

describe('text', () => {
  it('that looks the same is the same: a name composed in another way exists already', async () => {
    const marker = randomUUID()
    const [composed, decomposed] = [`Bu\u0308hne ${marker}`.normalize('NFC'), `Bu\u0308hne ${marker}`]
    expect(composed).not.toBe(decomposed)
    expect(await judged(post('/tags', { name: composed }))).toBe(201)
    expect(await judged(post('/tags', { name: decomposed }))).toBe('409 already-exists')
    const unit = (barcode: string) => post(`/resources/${things.resources}/units`, { barcode })
    expect(await judged(unit(decomposed))).toBe(201)
    expect(await judged(unit(composed))).toBe('409 already-exists')
  })

  it('of any script, direction and width is kept as it was sent', async () => {
    for (const description of [
      '\u202eright to left',
      'zero\u200bwidth',
      '📷👩🏽‍🎤',
      'ｗｉｄｅ',
      'שלום',
      '=cmd()',
    ]) {
      const { status, text } = await post('/resources', { type: 'Text', name: 'Text', description })
      expect([status, (JSON.parse(text) as { description: string }).description]).toEqual([201, description])
    }
  })

  it('is searched for to the letter', async () => {
    const marker = randomUUID().slice(0, 8)
    for (const name of [`${marker}100%`, `${marker}a_b`, `${marker}c\\d`])
      expect(await judged(post('/resources', { type: 'Text', name }))).toBe(201)
    const found = async (q: string) => {
      const { text } = await get(`/resources?q=${encodeURIComponent(marker + q)}`)
      return (JSON.parse(text) as { data: { name: string }[] }).data.map(({ name }) => name)
    }
    expect(await found('100%')).toEqual([`${marker}100%`])
    expect(await found('a_b')).toEqual([`${marker}a_b`])
    expect(await found('c\\d')).toEqual([`${marker}c\\d`])
    for (const pattern of ['%', '_', '%b', 'a%b', '10_%', '\\%', 'a.b', 'c\\\\d'])
      expect([pattern, await found(pattern)]).toEqual([pattern, []])
  })
})

describe('the database', () => {
  it('gives up a statement of a service after three seconds, and a wait for a lock after two', async () => {
    const roles = await system.sql<{ rolname: string; rolconfig: string[] }>(
      `select rolname, rolconfig from pg_roles
       where rolcanlogin and not rolsuper and rolname like 'kitroom%' and rolname not like '%owner'`,
    )
    expect(roles).toHaveLength(4)
    for (const { rolconfig } of roles) {
      expect(rolconfig).toEqual(
        expect.arrayContaining([
          'statement_timeout=3s',
          'lock_timeout=2s',
          'idle_in_transaction_session_timeout=10s',
        ]),
      )
    }
  })
})
