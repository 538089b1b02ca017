import type { ExpectedVersion } from '@kitroom/contracts'
import { Failure, invalid } from '@kitroom/errors'

const ENTITY_TAG = /(W\/)?"([\x21\x23-\x7e\x80-\xff]*)"/g

/**
 * Reads a header that is a list of entity tags (RFC 9110 §8.8.3); undefined when something in it is none. A tag may
 * hold commas, and empty places of the list count for nothing (§5.6.1.2).
 */
function entityTags(header: string): { weak: boolean; opaque: string }[] | undefined {
  const tags = [...header.matchAll(ENTITY_TAG)]
  const places = header.replaceAll(ENTITY_TAG, '"').split(',')
  const isList = places.every((place) => ['"', ''].includes(place.trim()))
  if (tags.length === 0 || !isList) return undefined
  return tags.map(([, weak, opaque = '']) => ({ weak: weak !== undefined, opaque }))
}

/**
 * Reads `If-Match`: weak tags and tags that are no version never match.
 * @throws Failure validation-failed when it is malformed
 */
export function readIfMatch(header: string | undefined): ExpectedVersion | undefined {
  if (header === undefined) return undefined
  if (header.trim() === '*') return '*'
  const tags = entityTags(header)
  if (tags === undefined) {
    throw invalid([{ header: 'If-Match', detail: 'Expected * or a list of entity tags such as "3".' }])
  }
  return tags.filter((tag) => !tag.weak && /^[1-9]\d{0,9}$/.test(tag.opaque)).map((tag) => Number(tag.opaque))
}

/** True when `If-None-Match` says the client already has this representation (weak comparison, RFC 9110 §13.1.2). */
export function alreadyHas(header: string | undefined, etag: string | undefined): boolean {
  if (header === undefined || etag === undefined) return false
  if (header.trim() === '*') return true
  return (entityTags(header) ?? []).some((tag) => `"${tag.opaque}"` === etag)
}

/**
 * Reads `Idempotency-Key`: 1 to 255 visible ASCII characters; the quoted form of a structured field is the same key.
 * @param values every occurrence of the header, as sent
 * @throws Failure idempotency-key-missing, validation-failed
 */
export function readIdempotencyKey(values: readonly string[], required: boolean): string | undefined {
  if (values.length === 0) {
    if (!required) return undefined
    throw new Failure('idempotency-key-missing', 'This request needs an Idempotency-Key header.', {
      errors: [{ header: 'Idempotency-Key', detail: 'Required: 1 to 255 visible ASCII characters.' }],
    })
  }
  const sent = values[0] ?? ''
  const key = /^"(?:[^"\\]|\\["\\])*"$/.test(sent) ? sent.slice(1, -1).replaceAll(/\\(["\\])/g, '$1') : sent
  if (values.length > 1 || !/^[\x21-\x7e]{1,255}$/.test(key)) {
    throw invalid([
      { header: 'Idempotency-Key', detail: 'Expected it once, with 1 to 255 visible ASCII characters.' },
    ])
  }
  return key
}

/** Every value of a header, also of those that Node joins or drops. */
export function occurrences(rawHeaders: readonly string[], name: string): string[] {
  const values: string[] = []
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const sent = rawHeaders[at] ?? ''
    if (sent.length === name.length && sent.toLowerCase() === name) values.push(rawHeaders[at + 1] ?? '')
  }
  return values
}

/** The request's id: the one it came with when that is well-formed, else a new one. */
export function requestIdOf(header: string | string[] | undefined, make: () => string): string {
  return typeof header === 'string' && /^[A-Za-z0-9._:-]{1,128}$/.test(header) ? header : make()
}
