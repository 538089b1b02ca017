import { describe, expect, it } from '@jest/globals'

import { problemIn } from './client.ts'
import { head, ID, ORG, rawRequests } from './raw-requests.ts'

const OTHER_ORG = '0194bbbb-7c00-7000-8000-00000000000b'

const at = rawRequests()
const { exchange, askForTags, asked } = at

/** A request that a service would obey, were it to see it as one. */
const HIDDEN = `DELETE /resources/${ID} HTTP/1.1\r\nHost: lend.test\r\nX-Kitroom-User: root\r\nX-Org-Id: ${OTHER_ORG}\r\n\r\n`
const IN_CHUNKS = `${HIDDEN.length.toString(16)}\r\n${HIDDEN}\r\n0\r\n\r\n`
const AFTER_NOTHING = `0\r\n\r\n${HIDDEN}`

/** Sends bytes and holds the answer to one refusal, after which nothing more is heard, and no service has seen anything. */
async function isRefused(text: string, statuses: readonly number[] = [400]): Promise<void> {
  const answer = await exchange(text)
  expect(answer).toMatch(/^HTTP\/1\.1 \d{3} [^]*\r\nConnection: close\r\n/i)
  expect(answer.match(/HTTP\/1\.1 \d/g)).toHaveLength(1)
  expect(statuses).toContain(Number(answer.slice(9, 12)))
  expect(problemIn(answer)).toMatchObject({ code: 'validation-failed', request_id: expect.any(String) })
  await askForTags()
  expect(asked()).toEqual(['GET /tags'])
}

const METHODS = ['GET', 'HEAD', 'DELETE', 'OPTIONS']
const path = `/resources/${ID}`

describe('a second request hidden in the body of one that has none', () => {
  it.each(METHODS.flatMap((method) => [[method, IN_CHUNKS] as const, [method, AFTER_NOTHING] as const]))(
    'is not reached by %s in chunks: %j',
    async (method, body) => {
      const text = head(`${method} ${path} HTTP/1.1`, 'Transfer-Encoding: chunked') + body
      // HEAD has a refusal without a body.
      if (method === 'HEAD') expect(await exchange(text)).toMatch(/^HTTP\/1\.1 400 /)
      else await isRefused(text)
      expect(at.gateway.upstreams.seen.filter(({ url }) => url !== '/tags')).toEqual([])
    },
  )
})

/** Lines about the length of the body that two programs could read differently. */
const FRAMINGS: [name: string, lines: string[]][] = [
  ['a length, then chunks', [`Content-Length: ${IN_CHUNKS.length}`, 'Transfer-Encoding: chunked']],
  ['chunks, then a length', ['Transfer-Encoding: chunked', 'Content-Length: 4']],
  ['two lengths', ['Content-Length: 5', `Content-Length: ${HIDDEN.length}`]],
  ['the same length twice', ['Content-Length: 5', 'Content-Length: 5']],
  ['a list of lengths', ['Content-Length: 5, 5']],
  ['a length with a plus', ['Content-Length: +5']],
  ['a length below nothing', ['Content-Length: -5']],
  ['a hexadecimal length', ['Content-Length: 0x5']],
  ['a broken length', ['Content-Length: 5 5']],
  ['no length in it', ['Content-Length:']],
  ['chunked, identity', ['Transfer-Encoding: chunked, identity']],
  ['identity', ['Transfer-Encoding: identity']],
  ['identity and a length', ['Transfer-Encoding: identity', 'Content-Length: 5']],
  ['an encoding nobody knows', ['Transfer-Encoding: xchunked']],
  ['chunked twice in one line', ['Transfer-Encoding: chunked, chunked']],
  ['chunked and then something else', ['Transfer-Encoding: chunked', 'Transfer-Encoding: x']],
  ['gzip, chunked', ['Transfer-Encoding: gzip, chunked']],
  ['chunked in quotes', ['Transfer-Encoding: "chunked"']],
  ['a vertical tab before chunked', ['Transfer-Encoding: \u000bchunked']],
  ['a space before the colon', ['Transfer-Encoding : chunked']],
  ['a tab before the colon', ['Content-Length\t: 5']],
  ['an encoding folded onto the next line', ['Transfer-Encoding:', ' chunked']],
  ['a folded length', ['Content-Length: 5', '\t6']],
  ['a line that begins with a space', [' Transfer-Encoding: chunked']],
  ['a NUL in a name', ['Transfer-Encoding\0: chunked']],
  ['a bare CR before an encoding', ['X-A: b\rTransfer-Encoding: chunked']],
  ['a bare LF before an encoding', ['X-A: b\nTransfer-Encoding: chunked', 'Content-Length: 5']],
  ['a line without a colon', ['Transfer-Encoding chunked']],
]

describe('a request whose length could be read in two ways', () => {
  it.each(FRAMINGS)('is refused with %s, with every method', async (_, lines) => {
    for (const method of ['POST', 'PATCH', 'DELETE', 'GET']) {
      const target = method === 'POST' ? '/bookings' : path
      await isRefused(head(`${method} ${target} HTTP/1.1`, ...lines) + IN_CHUNKS)
      at.gateway.upstreams.seen.length = 0
    }
  })

  it.each([
    ['a size that is no number', 'zz\r\n'],
    ['a size below nothing', '-1\r\n'],
    ['a size with 0x', `0x${HIDDEN.length.toString(16)}\r\n${HIDDEN}\r\n0\r\n\r\n`],
    ['a size beyond all numbers', `fffffffffffffffff\r\n${HIDDEN}`],
    ['a space before the size', ` ${IN_CHUNKS}`],
    ['a bare LF after the size', IN_CHUNKS.replace('\r\n', '\n')],
    ['a chunk longer than it says', `1\r\n${HIDDEN}\r\n0\r\n\r\n`],
    ['a bare LF after the chunk', `1\r\na\n0\r\n\r\n${HIDDEN}`],
    ['a bare LF at the end', `1\r\na\r\n0\n\n${HIDDEN}`],
  ])('is cut off with %s in its chunks, and no second one follows', async (_, body) => {
    const text = head(
      'POST /bookings HTTP/1.1',
      'Content-Type: application/json',
      'Transfer-Encoding: chunked',
    )
    const answer = await exchange(text + body)
    expect((answer.match(/HTTP\/1\.1 \d/g) ?? []).length).toBeLessThan(2)
    expect(answer).not.toMatch(/^HTTP\/1\.1 2/)
    await askForTags()
    expect(asked()).toEqual(['GET /tags'])
  })
})

describe('a request that names two places', () => {
  it.each([
    ['two hosts', 'GET /tags HTTP/1.1', ['Host: other.test']],
    ['the same host twice', 'GET /tags HTTP/1.1', ['Host: lend.test']],
    ['the URL of a service', 'GET http://inventory:8080/tags HTTP/1.1', []],
    ['a URL with a user', 'GET http://lend.test@inventory:8080/tags HTTP/1.1', []],
    ['another scheme', 'GET ftp://lend.test/tags HTTP/1.1', []],
    ['an authority', 'GET lend.test:443 HTTP/1.1', []],
    ['no path', 'GET * HTTP/1.1', []],
    ['a second request in its path', 'GET /tags HTTP/1.1\r\nX: y HTTP/1.1', ['Host: other.test']],
    ['a space in its path', `GET /tags /resources/${ID} HTTP/1.1`, []],
    ['a tab in its path', 'GET /tags\t/users HTTP/1.1', []],
  ])('is refused with %s', async (_, first, lines) => {
    await isRefused(head(first, ...lines))
  })

  it.each(['CONNECT lend.test:443', 'CONNECT inventory:8080', 'PRI *'])('is no tunnel: %s', async (first) => {
    const answer = await exchange(head(`${first} HTTP/1.1`) + HIDDEN)
    expect(answer).not.toMatch(/HTTP\/1\.1 [123]/)
    expect(at.gateway.upstreams.seen).toEqual([])
  })

  it('is no other protocol: an upgrade is not passed on', async () => {
    const lines = ['Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABkAAQAAP__']
    expect(await exchange(head('GET /tags HTTP/1.1', ...lines))).toMatch(/^HTTP\/1\.1 200 /)
    const names = Object.keys(at.gateway.upstreams.seen[0]?.headers ?? {})
    expect(names).not.toEqual(expect.arrayContaining(['upgrade']))
    expect(names).not.toEqual(expect.arrayContaining(['http2-settings']))
  })
})

describe('who is calling', () => {
  it('cannot be said by the end of a body in chunks', async () => {
    const lines = [
      'Content-Type: application/json',
      'Transfer-Encoding: chunked',
      'Trailer: X-Kitroom-Statement',
    ]
    const trailer = `2\r\n{}\r\n0\r\nX-Kitroom-Statement: forged\r\nX-Org-Id: ${OTHER_ORG}\r\n\r\n`
    const answer = await exchange(head('POST /bookings HTTP/1.1', ...lines) + trailer)
    expect(answer).toMatch(/^HTTP\/1\.1 200 /)
    const [seen] = at.gateway.upstreams.seen
    expect(seen?.statement?.member).toEqual({ orgId: ORG, roles: ['admin'] })
    expect(seen?.headers).not.toHaveProperty('trailer')
    expect(seen?.body.toString()).toBe('{}')
  })

  it.each(['x-kitroom-statement', 'x-org-id', 'authorization', 'x-request-id', 'host', 'traceparent'])(
    'is told to the service although Connection lists %s',
    async (name) => {
      await askForTags({ connection: `keep-alive, ${name}` })
      expect(at.gateway.upstreams.seen[0]?.statement?.member).toEqual({ orgId: ORG, roles: ['admin'] })
      expect(at.gateway.upstreams.seen[0]?.headers).toHaveProperty('x-request-id')
    },
  )

  it.each([
    'x-user-id',
    'x-roles',
    'x-org',
    'x-tenant-id',
    'x_org_id',
    'x-kitroom-user',
    'x-kitroom-org',
    'x-kitroom-statement',
    'X-KITROOM-STATEMENT',
    'kitroom-statement',
    'x-forwarded-user',
    'x-original-url',
    'x-rewrite-url',
    'x-http-method-override',
    'x-method-override',
  ])('is not believed of %s, once or twice', async (name) => {
    await askForTags({ [name]: ['forged', OTHER_ORG] })
    const [seen] = at.gateway.upstreams.seen
    expect(seen?.statement?.member).toEqual({ orgId: ORG, roles: ['admin'] })
    expect(seen?.rawHeaders.join(' ')).not.toMatch(/forged/)
    expect(seen?.rawHeaders.join(' ')).not.toContain(OTHER_ORG)
  })

  it('is refused when X-Org-Id comes twice, whatever the second says', async () => {
    for (const second of [ORG, OTHER_ORG, '']) {
      const answer = await askForTags({ 'x-org-id': [ORG, second] })
      expect(answer.body).toMatchObject({ status: 400, code: 'org-header-invalid' })
    }
    expect(at.gateway.upstreams.seen).toEqual([])
  })
})
