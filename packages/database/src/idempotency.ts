import { type Once, type Origin, Replayed, type StoredAnswer } from '@kitroom/contracts'
import { Failure } from '@kitroom/errors'

import { type Sql, sql } from './sql.ts'

/** Business refusals are answers too: a repeated request hears the same one (IDM-8). */
const STORED_KINDS: readonly Failure['kind'][] = ['not_found', 'conflict', 'version_mismatch']

/** True when a repeat of the request must hear this refusal again. */
export function isStoredRefusal(error: unknown): error is Failure {
  return (
    error instanceof Failure && STORED_KINDS.includes(error.kind) && error.code !== 'idempotency-in-flight'
  )
}

/** The text whose hash is the advisory lock of a key: register of prefixes in docs/decisions. */
export function keyLock(origin: Origin, once: Once): string {
  return `idempotency:${origin.orgId}:${origin.userId ?? ''}:${once.method}:${once.path}:${once.key}`
}

export type StoredFor = StoredAnswer & { fingerprint: string }

/** Where a change comes from that is to happen once. */
export type KeyedOrigin = Origin & { once: Once }

/** Finds the answer that stands under a key. */
export const lookUp = (origin: Origin, once: Once): Sql<StoredFor> => sql<StoredFor>`
  select fingerprint, status, headers, body from idempotency_key
  where org_id = ${origin.orgId} and user_id = ${origin.userId} and method = ${once.method}
    and path = ${once.path} and key = ${once.key}`

/**
 * Finds the answers that stand under the keys of several requests of one organisation; `place` says whose each is. Each is looked
 * up by its whole key: a join is at times planned so that all keys of the organisation are read, where the table grew faster than
 * its statistics.
 */
export const lookUpAll = (origins: readonly KeyedOrigin[]): Sql<StoredFor & { place: number }> => sql`
  select place::int, fingerprint, status, headers, body
  from unnest(${origins.map(({ userId }) => userId)}::uuid[], ${origins.map(({ once }) => once.method)}::text[],
              ${origins.map(({ once }) => once.path)}::text[], ${origins.map(({ once }) => once.key)}::text[])
    with ordinality as asked (user_id, method, path, key, place)
  cross join lateral (
    select fingerprint, status, headers, body from idempotency_key
    where org_id = ${origins[0]?.orgId} and user_id = asked.user_id and method = asked.method
      and path = asked.path and key = asked.key
    limit 1) as stored`

/**
 * Judges what was found under a key after its lock was tried.
 * @throws Replayed when the first answer stands
 * @throws Failure idempotency-in-flight, idempotency-key-reused
 */
export function claim(once: Once, locked: boolean, stored: StoredFor | undefined): void {
  if (!locked) {
    throw new Failure(
      'idempotency-in-flight',
      'The first request with this Idempotency-Key is still running.',
      { retryAfterSeconds: 1 },
    )
  }
  if (stored === undefined) return
  if (stored.fingerprint !== once.fingerprint()) {
    throw new Failure(
      'idempotency-key-reused',
      'This Idempotency-Key was used for a request with another body. Take a new key.',
    )
  }
  throw new Replayed({ status: stored.status, headers: stored.headers, body: stored.body })
}

/** What writes the answer down beside the effect, in the same transaction. */
export const store = (origin: Origin, once: Once, answer: StoredAnswer): Sql =>
  storeAll([{ origin: { ...origin, once }, answer }])

/** The same for several requests of one organisation. */
export const storeAll = (answers: readonly { origin: KeyedOrigin; answer: StoredAnswer }[]): Sql => sql`
  insert into idempotency_key (org_id, user_id, method, path, key, fingerprint, status, headers, body)
  select ${answers[0]?.origin.orgId}::uuid, user_id, method, path, key, fingerprint, status, headers::jsonb, body
  from unnest(${answers.map(({ origin }) => origin.userId)}::uuid[],
              ${answers.map(({ origin }) => origin.once.method)}::text[],
              ${answers.map(({ origin }) => origin.once.path)}::text[],
              ${answers.map(({ origin }) => origin.once.key)}::text[],
              ${answers.map(({ origin }) => origin.once.fingerprint())}::text[],
              ${answers.map(({ answer }) => answer.status)}::int[],
              ${answers.map(({ answer }) => JSON.stringify(answer.headers))}::text[],
              ${answers.map(({ answer }) => answer.body)}::text[])
    as answered (user_id, method, path, key, fingerprint, status, headers, body)`
