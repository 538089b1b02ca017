import type { IncomingMessage } from 'node:http'

import type { Endpoint } from '@kitroom/contracts'
import { Failure } from '@kitroom/errors'
import { MAX_CSV_BYTES, MAX_JSON_BYTES } from '@kitroom/http'

/** Of this size are nearly all bodies but imports and exports: they are waited for, and go on in one packet with their head. */
export const SMALL_BYTES = 16 * 1024

export const bodyLimit = ({ consumes }: Pick<Endpoint, 'consumes'>): number =>
  consumes === 'text/csv' ? MAX_CSV_BYTES : MAX_JSON_BYTES

const tooLarge = (limit: number): Failure =>
  new Failure('body-too-large', `The body may have ${limit} bytes on this route.`)

/**
 * Refuses a body by its announced length, before any of it is read. As everywhere the media type comes first; it does for
 * every body in chunks, since of an empty one nothing reaches the service that could refuse it.
 * @throws Failure unsupported-media-type, body-too-large
 */
export function requireAnnouncedSize(endpoint: Endpoint, { headers }: IncomingMessage): void {
  const limit = bodyLimit(endpoint)
  const isTooLarge = Number(headers['content-length'] ?? 0) > limit
  if (!isTooLarge && headers['transfer-encoding'] === undefined) return
  const expected = endpoint.consumes ?? 'application/json'
  const sent = headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase()
  if (sent !== expected) throw new Failure('unsupported-media-type', `Send the body as ${expected} in UTF-8.`)
  if (isTooLarge) throw tooLarge(limit)
}
