import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'

import { describe, expect, it } from '@jest/globals'
import { createTag, type Endpoint, importResources } from '@kitroom/contracts'
import { Failure } from '@kitroom/errors'

import { hasBody, limited, MAX_CSV_BYTES, MAX_JSON_BYTES, parseJson, readBody, requireMedia } from './body.ts'

const sent = (headers: Record<string, string>, chunks: Buffer[] = []) =>
  Object.assign(Readable.from(chunks), { headers }) as unknown as IncomingMessage

function codeOf(work: () => unknown): string | undefined {
  try {
    work()
  } catch (error) {
    if (error instanceof Failure) return error.code
    throw error
  }
  return undefined
}

describe('the media type of a body', () => {
  const codeFor = (headers: Record<string, string>, endpoint: Endpoint = createTag) =>
    codeOf(() => {
      requireMedia(sent(headers), endpoint)
    })

  it.each([
    'application/json',
    'Application/JSON',
    'application/json;charset=utf-8',
    'application/json; charset="UTF-8"',
    'application/json; profile=x; charset=Utf-8',
  ])('may be %s', (type) => {
    expect(codeFor({ 'content-type': type })).toBeUndefined()
  })

  it.each([
    '',
    'text/plain',
    'text/json',
    'application/problem+json',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/json; charset=utf-16',
    'application/json; charset=latin1',
    'application/json; charset=',
    'application/json, text/plain',
    'text/csv',
  ])('may not be %j', (type) => {
    expect(codeFor({ 'content-type': type })).toBe('unsupported-media-type')
  })

  it('must be said', () => {
    expect(codeFor({})).toBe('unsupported-media-type')
  })

  it('is text/csv for an import', () => {
    expect(
      codeFor({ 'content-type': 'text/csv; charset=utf-8; header=present' }, importResources),
    ).toBeUndefined()
    expect(codeFor({ 'content-type': 'application/json' }, importResources)).toBe('unsupported-media-type')
  })

  it.each(['gzip', 'br', 'deflate', 'identity, gzip', 'foo'])('is not compressed as %s', (encoding) => {
    const headers = { 'content-type': 'application/json', 'content-encoding': encoding }
    expect(codeFor(headers)).toBe('unsupported-media-type')
  })

  it('comes before its announced size, which comes before its meaning', () => {
    const tooLong = { 'content-length': String(MAX_JSON_BYTES + 1) }
    expect(codeFor({ 'content-type': 'text/plain', ...tooLong })).toBe('unsupported-media-type')
    expect(codeFor({ 'content-type': 'application/json', ...tooLong })).toBe('body-too-large')
    expect(
      codeFor({ 'content-type': 'application/json', 'content-length': String(MAX_JSON_BYTES) }),
    ).toBeUndefined()
    expect(
      codeFor({ 'content-type': 'text/csv', 'content-length': String(MAX_CSV_BYTES) }, importResources),
    ).toBeUndefined()
    expect(
      codeFor({ 'content-type': 'text/csv', 'content-length': String(MAX_CSV_BYTES + 1) }, importResources),
    ).toBe('body-too-large')
  })
})

describe('the size of a body', () => {
  it('is announced by a length or by chunks', () => {
    expect(hasBody(sent({}))).toBe(false)
    expect(hasBody(sent({ 'content-length': '0' }))).toBe(false)
    expect(hasBody(sent({ 'content-length': '1' }))).toBe(true)
    expect(hasBody(sent({ 'transfer-encoding': 'chunked' }))).toBe(true)
  })

  it('is counted as it comes, and the rest is not waited for', async () => {
    let given = 0
    const endless = new Readable({
      highWaterMark: 1024,
      read() {
        given += 1
        this.push(Buffer.alloc(1024))
      },
    })
    const reading = async () => {
      for await (const _ of limited(endless, 10_240)) expect(given).toBeLessThanOrEqual(12)
    }
    await expect(reading()).rejects.toMatchObject({ code: 'body-too-large' })
    expect(given).toBeLessThanOrEqual(13)
    expect(endless.destroyed).toBe(false)
  })

  it('may be one mebibyte of JSON to the byte', async () => {
    const half = Buffer.alloc(MAX_JSON_BYTES / 2, ' ')
    await expect(readBody(sent({}, [half, half]), MAX_JSON_BYTES)).resolves.toHaveLength(MAX_JSON_BYTES)
    await expect(readBody(sent({}, [half, half, Buffer.from(' ')]), MAX_JSON_BYTES)).rejects.toMatchObject({
      code: 'body-too-large',
    })
  })
})

describe('reading a body', () => {
  it('leaves one that is too large whole, and keeps nothing more of it', async () => {
    const request = Readable.from([Buffer.alloc(8), Buffer.alloc(8), Buffer.alloc(8)])
    await expect(readBody(request, 10)).rejects.toMatchObject({ code: 'body-too-large' })
    expect(request.destroyed).toBe(false)
    expect(request.listenerCount('data')).toBe(0)
  })

  it.each([
    ['in the middle of it', (request: Readable) => setImmediate(() => request.destroy())],
    ['before it', (request: Readable) => request.destroy()],
  ])('fails when the connection ends %s', async (_, end) => {
    const request = new Readable({ read: () => undefined })
    request.push(Buffer.alloc(8))
    end(request)
    await expect(readBody(request, 10)).rejects.toThrow('before its time')
  })
})

describe('a body of JSON', () => {
  const parse = (text: string | Buffer) => parseJson(Buffer.from(text))
  const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)

  it.each(['{"a":[1,"é📷",null]}', ' 7 ', '"x"', 'null'])('%s is what it says', (text) => {
    expect(parse(text)).toEqual(JSON.parse(text))
  })

  it.each([
    ['nothing', ''],
    ['white space', ' \n'],
    ['half of one', '{"a":'],
    ['two documents', '{} {}'],
    ['a trailing comma', '{"a":1,}'],
    ['single quotes', "{'a':1}"],
    ['a comment', '{} // x'],
    ['NaN', '{"a":NaN}'],
    ['a hexadecimal number', '{"a":0x10}'],
    ['a control character in a text', '"a\u0000b"'],
    ['a byte order mark', '\ufeff{}'],
    ['UTF-16', Buffer.from('{}', 'utf16le')],
    ['a lone continuation byte', Buffer.from([0x22, 0x80, 0x22])],
    ['an overlong encoding', Buffer.from([0x22, 0xc0, 0xaf, 0x22])],
    ['half of a surrogate pair in UTF-8', Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22])],
    ['the key __proto__', '{"a":[{"__proto__":{"polluted":1}}]}'],
    ['the key __proto__ in escapes', '{"\\u005f_proto__":{"polluted":1}}'],
    ['constructor.prototype', '{"constructor":{"prototype":{"polluted":1}}}'],
  ])('is refused when it is %s', (_, text) => {
    expect(codeOf(() => parse(text))).toBe('malformed-json')
    expect(({} as { polluted?: number }).polluted).toBeUndefined()
  })

  it('is at most twenty levels deep', () => {
    expect(codeOf(() => parse(nested(20)))).toBeUndefined()
    expect(codeOf(() => parse(nested(21)))).toBe('malformed-json')
    expect(codeOf(() => parse(nested(30_000)))).toBe('malformed-json')
    expect(codeOf(() => parse('{"a":'.repeat(30_000) + '1' + '}'.repeat(30_000)))).toBe('malformed-json')
  })
})
