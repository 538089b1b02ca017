import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'

import type { Endpoint } from '@kitroom/contracts'
import { Failure } from '@kitroom/errors'
import { parse as parseSafely } from 'secure-json-parse'

import { repeatedMember } from './repeated-member.ts'

export const MAX_JSON_BYTES = 1024 * 1024
export const MAX_CSV_BYTES = 10 * 1024 * 1024

const tooLarge = (limit: number) =>
  new Failure('body-too-large', `The body may have ${limit} bytes on this route.`)

/** True when the request announces a body of at least one byte. */
export function hasBody(request: IncomingMessage): boolean {
  return (
    request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0
  )
}

/**
 * Checks that the body is of the media type the endpoint takes, in UTF-8 and not compressed.
 * @throws Failure unsupported-media-type, body-too-large
 */
export function requireMedia(request: IncomingMessage, endpoint: Endpoint): void {
  const expected = endpoint.consumes ?? 'application/json'
  const [type, ...parameters] = (request.headers['content-type'] ?? '').toLowerCase().split(';')
  const charset = parameters
    .map((parameter) => parameter.trim())
    .find((parameter) => parameter.startsWith('charset='))
  const utf8 = charset === undefined || /^charset="?utf-8"?$/.test(charset)
  if (type?.trim() !== expected || !utf8) {
    throw new Failure('unsupported-media-type', `Send the body as ${expected} in UTF-8.`)
  }
  if ((request.headers['content-encoding'] ?? 'identity') !== 'identity') {
    throw new Failure('unsupported-media-type', 'Send the body without Content-Encoding.')
  }
  const limit = expected === 'text/csv' ? MAX_CSV_BYTES : MAX_JSON_BYTES
  if (Number(request.headers['content-length'] ?? 0) > limit) throw tooLarge(limit)
}

/**
 * The body's chunks, counted. Whoever stops reading leaves the request whole, so that it can still be answered.
 * @throws Failure body-too-large as soon as the limit is passed
 */
export async function* limited(request: Readable, limit: number): AsyncGenerator<Buffer> {
  let bytes = 0
  const chunks: AsyncIterable<Buffer> = request.iterator({ destroyOnReturn: false })
  for await (const chunk of chunks) {
    bytes += chunk.length
    if (bytes > limit) throw tooLarge(limit)
    yield chunk
  }
}

/**
 * Reads on to the end of a body that nobody wants any more: a client that is cut off while it sends loses the answer.
 * @returns false when the end is too far, in bytes or in time
 */
export function passOver(request: IncomingMessage, withinMs: number): Promise<boolean> {
  if (request.destroyed) return Promise.resolve(false)
  return new Promise((resolve) => {
    let bytes = 0
    const ended = (isWhole: boolean) => {
      clearTimeout(cutOff)
      resolve(isWhole)
    }
    const cutOff = setTimeout(() => ended(false), withinMs)
    request.once('end', () => ended(true))
    request.once('close', () => ended(false))
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes > 2 * MAX_CSV_BYTES) ended(false)
    })
    request.resume()
  })
}

/**
 * Reads a body into memory. One that is too large is left where it is, so that the request can still be answered. By its
 * events: an iterator takes longer than all else that is done for a small body.
 * @throws Failure body-too-large as soon as the limit is passed
 */
export function readBody(request: Readable, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let bytes = 0
    const take = (chunk: Buffer) => {
      chunks.push(chunk)
      bytes += chunk.length
      if (bytes <= limit) return
      request.off('data', take).pause()
      reject(tooLarge(limit))
    }
    const cutOff = () => {
      if (!request.readableEnded) reject(new Error('The body ended before its time.'))
    }
    request
      .on('data', take)
      .on('end', () => resolve(Buffer.concat(chunks, bytes)))
      .on('error', reject)
      .on('close', cutOff)
    if (request.destroyed) cutOff()
  })
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const MAX_DEPTH = 20

function depthWithin(value: unknown, left: number): boolean {
  if (typeof value !== 'object' || value === null) return true
  return left > 0 && Object.values(value).every((inner) => depthWithin(inner, left - 1))
}

/**
 * Parses a body as one JSON value in UTF-8, at most 20 levels deep, each member of an object once.
 * @throws Failure malformed-json
 */
export function parseJson(bytes: Buffer): unknown {
  let value: unknown
  let repeated: string | undefined
  try {
    const text = decoder.decode(bytes)
    // RFC 8259 §8.1 forbids it; the parser would pass over it.
    if (text.startsWith('\ufeff')) throw new SyntaxError('byte order mark')
    value = parseSafely(text, undefined, {
      protoAction: 'error',
      constructorAction: 'error',
    })
    repeated = repeatedMember(text)
  } catch (cause) {
    throw new Failure('malformed-json', 'The body is not one JSON value in UTF-8 without byte order mark.', {
      cause,
    })
  }
  if (repeated !== undefined) {
    throw new Failure(
      'malformed-json',
      `The body has the member ${JSON.stringify(repeated.slice(0, 50))} twice.`,
    )
  }
  if (!depthWithin(value, MAX_DEPTH)) {
    throw new Failure('malformed-json', `The body is nested deeper than ${MAX_DEPTH} levels.`)
  }
  return value
}
