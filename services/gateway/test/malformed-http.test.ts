import { describe, expect, it } from '@jest/globals'

import { problemIn } from './client.ts'
import { head, ID, rawRequests } from './raw-requests.ts'

const at = rawRequests()
const { exchange, askForTags, asked } = at

const SMUGGLED = 'GET /users HTTP/1.1\r\nHost: lend.test\r\nX-Kitroom-User: root\r\n\r\n'
const chunked = (body: string) => `${Buffer.byteLength(body).toString(16)}\r\n${body}\r\n0\r\n\r\n`

describe('requests that two programs could read differently', () => {
  it.each(['GET', 'HEAD', 'DELETE', 'OPTIONS', 'TRACE'])(
    'refuses %s with a body in chunks, closes, and shows the services nothing',
    async (method) => {
      const text = head(`${method} /resources/${ID} HTTP/1.1`, 'Transfer-Encoding: chunked')
      const answer = await exchange(text + chunked(SMUGGLED) + SMUGGLED)
      expect(answer).toMatch(/^HTTP\/1\.1 400 /)
      expect(answer.match(/HTTP\/1\.1 /g)).toHaveLength(1)
      expect(answer).toMatch(/\r\nConnection: close\r\n/i)
      expect(at.gateway.upstreams.seen).toEqual([])
    },
  )

  it('does not lose a Transfer-Encoding behind many headers', async () => {
    const many = Array.from({ length: 200 }, (_, n) => `X-${n}: 1`)
    const text = head(`DELETE /resources/${ID} HTTP/1.1`, ...many, 'Transfer-Encoding: chunked')
    const answer = await exchange(text + chunked(SMUGGLED))
    expect(answer).toMatch(/^HTTP\/1\.1 431 /)
    expect(answer.match(/HTTP\/1\.1 /g)).toHaveLength(1)
    expect(at.gateway.upstreams.seen).toEqual([])
  })

  it('passes a body on as one body when DELETE announces its length', async () => {
    const text = head(`DELETE /resources/${ID} HTTP/1.1`, `Content-Length: ${SMUGGLED.length}`)
    const answer = await exchange(text + SMUGGLED)
    expect(answer).toMatch(/^HTTP\/1\.1 200 /)
    await askForTags()
    expect(asked()).toEqual([`DELETE /resources/${ID}`, 'GET /tags'])
  })

  it('cannot have the length of a body removed by naming it in Connection', async () => {
    const lines = ['Connection: keep-alive, content-length', `Content-Length: ${SMUGGLED.length}`]
    await exchange(head(`DELETE /resources/${ID} HTTP/1.1`, ...lines) + SMUGGLED)
    await askForTags()
    expect(at.gateway.upstreams.seen).toHaveLength(2)
    expect(at.gateway.upstreams.seen[0]?.body.toString()).toBe(SMUGGLED)
  })

  it.each([
    [
      'a length and chunks',
      head('POST /bookings HTTP/1.1', 'Content-Length: 5', 'Transfer-Encoding: chunked'),
    ],
    ['two lengths', head('POST /bookings HTTP/1.1', 'Content-Length: 5', 'Content-Length: 6')],
    ['a negative length', head('POST /bookings HTTP/1.1', 'Content-Length: -1')],
    ['chunks that are not last', head('POST /bookings HTTP/1.1', 'Transfer-Encoding: chunked, identity')],
    ['a space before the colon', head('GET /tags HTTP/1.1', 'X-A : 1')],
    ['a folded header', head('GET /tags HTTP/1.1', 'X-A: 1', ' 2')],
    ['a NUL in a header', head('GET /tags HTTP/1.1', 'X-A: \0')],
    ['two hosts', head('GET /tags HTTP/1.1', 'Host: other.test')],
    ['no host', 'GET /tags HTTP/1.1\r\n\r\n'],
    ['HTTP/3.0', head('GET /tags HTTP/3.0')],
    ['HTTP/0.9', 'GET /tags\r\n\r\n'],
    ['an unknown method', head('BOOK /tags HTTP/1.1')],
    ['a URL of another host', head('GET http://other.test/tags HTTP/1.1')],
    ['raw UTF-8 in the path', head('GET /t\u00e4gs HTTP/1.1')],
    ['a fragment', head('GET /tags?a#b HTTP/1.1')],
    ['a backslash', head('GET /resources\\..\\users HTTP/1.1')],
    ['no HTTP at all', 'hello\r\n\r\n'],
  ])('refuses %s with a problem document', async (_, text) => {
    const answer = await exchange(text)
    expect(answer).toMatch(/^HTTP\/1\.1 400 .*\r\nConnection: close\r\n/is)
    expect(answer).toMatch(/\r\nContent-Type: application\/problem\+json/i)
    expect(answer).toMatch(/\r\nX-Content-Type-Options: nosniff\r\n/i)
    expect(answer).toMatch(/\r\nContent-Security-Policy: default-src 'none'/i)
    expect(answer).toMatch(/\r\nStrict-Transport-Security: max-age=/i)
    expect(answer).toMatch(/\r\nCache-Control: no-store\r\n/i)
    expect(problemIn(answer)).toMatchObject({
      status: 400,
      code: 'validation-failed',
      type: '/problems/validation-failed',
      request_id: expect.stringMatching(/^[\da-f-]{36}$/),
    })
    expect(at.gateway.upstreams.seen).toEqual([])
  })

  it('takes a URL that names our own host', async () => {
    const answer = await exchange(head('GET http://lend.test/tags?limit=5 HTTP/1.1'))
    expect(answer).toMatch(/^HTTP\/1\.1 200 /)
    expect(at.gateway.upstreams.seen[0]?.url).toBe('/tags?limit=5')
  })

  it('knows no TRACE', async () => {
    const answer = await exchange(head('TRACE /tags HTTP/1.1'))
    expect(answer).toMatch(/^HTTP\/1\.1 405 .*\r\nAllow: GET, HEAD, OPTIONS, POST\r\n/is)
  })
})

describe('requests beyond a limit', () => {
  it.each([
    ['a URL of more than 8 KiB', 414, head(`GET /tags?q=${'a'.repeat(8192)} HTTP/1.1`)],
    ['headers of more than 16 KiB', 431, head('GET /tags HTTP/1.1', `X-A: ${'a'.repeat(17_000)}`)],
    [
      'more than 90 headers',
      431,
      head('GET /tags HTTP/1.1', ...Array.from({ length: 90 }, (_, n) => `X-${n}: 1`)),
    ],
  ])('refuses %s with a problem document', async (_, status, text) => {
    const answer = await exchange(text)
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} .*\\r\\nConnection: close\\r\\n`, 'is'))
    expect(problemIn(answer)).toMatchObject({ status, code: 'validation-failed' })
  })

  it('refuses a request whose headers never end', async () => {
    const answer = await exchange('GET /tags HTTP/1.1\r\nHost: lend.test\r\n')
    expect(answer).toMatch(/^HTTP\/1\.1 408 /)
    expect(problemIn(answer)).toMatchObject({ status: 408 })
  })
})

describe('a connection after a refusal', () => {
  it('serves the next request when the refused body was of known length', async () => {
    const refused = `POST /bookings HTTP/1.1\r\nHost: lend.test\r\nContent-Length: ${SMUGGLED.length}\r\n\r\n`
    const next = head('GET /tags HTTP/1.1', 'Connection: close')
    const answer = await exchange(refused + SMUGGLED + next, 15_000)
    expect(answer.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 401', 'HTTP/1.1 200'])
    expect(at.gateway.upstreams.seen.map(({ url }) => url)).toEqual(['/tags'])
  })

  it('is closed when it is not known how much would have to be read', async () => {
    const refused = 'POST /bookings HTTP/1.1\r\nHost: lend.test\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab'
    const answer = await exchange(refused)
    expect(answer).toMatch(/^HTTP\/1\.1 401 .*\r\nConnection: close\r\n/is)
  })
})
