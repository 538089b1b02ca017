import { describe, expect, it } from '@jest/globals'
import { endpoint, listTags, Tag } from '@kitroom/contracts'

import { ok } from './reply.ts'
import { on } from './route.ts'
import { httpServer, STATEMENT_HEADER } from './server.ts'

const id = '01941f29-7c00-7000-8000-00000000000a'
const tag = { id, org_id: id, name: 'Audio', version: 1, created_at: '2026-03-01T09:00:00.000Z' }
const alsoCsv = { file: 'tags.csv', entry: Tag, columns: ['id', 'name'] }

/** A list that is one page long, or all of it when it becomes a file. */
const listing = (declared: typeof listTags | (typeof listTags & { alsoCsv: typeof alsoCsv })) =>
  on(
    declared,
    ({ asFile }) => Promise.resolve(asFile ? [tag, tag] : [tag]),
    (data) => ok({ data, total: 2, page: 1, limit: 20, has_next: false, next_cursor: null }),
  )

async function ask(accept: string | undefined, declared: Parameters<typeof listing>[0], path = '/tags') {
  await using parts = new AsyncDisposableStack()
  const member = { orgId: id, roles: ['staff'] as const }
  const server = httpServer({
    routes: [listing(declared)],
    statements: { verify: () => Promise.resolve({ session: { userId: id, sessionId: id }, member }) },
    logger: { info: () => undefined, warn: () => undefined, error: () => undefined },
    ready: () => Promise.resolve(true),
  })
  parts.defer(() => server.close())
  const port = await server.listen(0, '127.0.0.1')
  const headers = { [STATEMENT_HEADER]: 'x', ...(accept === undefined ? {} : { Accept: accept }) }
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, { headers })
  const text = await answer.text()
  return { status: answer.status, headers: answer.headers, text }
}
const withCsv = endpoint({ ...listTags, alsoCsv })
const mediaOf = async (accept: string | undefined) => {
  const { status, headers } = await ask(accept, withCsv)
  expect([status, headers.get('vary')]).toEqual([200, 'Accept'])
  return headers.get('content-type')?.split(';', 1)[0]
}

describe('a list that can also be had as CSV', () => {
  it.each([
    'text/csv',
    'TEXT/CSV',
    'text/*',
    'text/csv; charset=utf-8',
    'text/csv;header=present',
    'text/csv, application/json',
    'text/csv, */*;q=0.1',
    'text/csv, */*',
    'application/json;q=0.5, text/csv',
    'application/json;q=0, */*',
    'text/html, text/csv;q=0.1',
  ])('is CSV for %s', async (accept) => {
    expect(await mediaOf(accept)).toBe('text/csv')
  })

  it.each([
    undefined,
    '',
    '*/*',
    'application/json',
    'application/*',
    'application/json, text/csv',
    'application/json, text/csv;q=0.9',
    'text/csv;q=0.9, application/json',
    'text/csv;q=0.9, */*',
    'text/csv;q=0',
    'text/csv;q=0, application/json;q=0',
    'text/html',
    'text/csv;charset=latin1',
    'text/csvx',
    'nonsense, ;;q',
  ])('is JSON for %s', async (accept) => {
    expect(await mediaOf(accept)).toBe('application/json')
  })

  it('comes as a file with all its entries, whatever the page', async () => {
    const { headers, text } = await ask('text/csv', withCsv, '/tags?limit=1')
    expect(headers.get('content-disposition')).toBe('attachment; filename="tags.csv"')
    expect(text).toBe(`id,name\r\n${id},Audio\r\n${id},Audio\r\n`)
    expect(JSON.parse((await ask('*/*', withCsv)).text)).toMatchObject({ data: [tag], limit: 20 })
  })

  it('is refused in a problem document like everything else', async () => {
    const { status, headers } = await ask('text/csv', withCsv, '/tags?unheard_of=1')
    expect([status, headers.get('content-type')]).toEqual([400, 'application/problem+json; charset=utf-8'])
  })

  it('is JSON where there is no CSV, whatever is asked for', async () => {
    const { headers } = await ask('text/csv', listTags)
    expect([headers.get('content-type'), headers.get('vary')]).toEqual([
      'application/json; charset=utf-8',
      null,
    ])
  })
})
