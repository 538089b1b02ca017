import { generateSigningKey, type PublicJwk, publicPart, type SigningKey } from '@kitroom/access-token'
import { type Database, type Query, sql } from '@kitroom/database'
import { withoutDeadline } from '@kitroom/deadline'

import { type KeyRing, keyRing, type KeyTimes } from '../domain/sessions/key-ring.ts'
import type { NewId } from '../use-cases/ports.ts'

interface StoredKey extends KeyTimes {
  publicJwk: PublicJwk
  sealed: Buffer
}

/** Seals and opens private keys; `context` must be the same both times. */
export interface Seal {
  close: (text: string, context: string) => Buffer
  open: (sealed: Buffer, context: string) => string
}

export interface SigningKeys {
  /** Publishes a new key. It signs from the time returned on. */
  rotate: (noticeSeconds: number) => Promise<Date>
  /** The key that signs now. */
  current: () => Promise<SigningKey>
  published: () => Promise<PublicJwk[]>
}

/** So long a replica may go on with the keys it read: far less than the notice and the afterlife of a key. */
const REMEMBERED_MS = 5_000

/** The keys that sign access tokens, kept sealed in the database. */
export function signingKeys(database: Database, job: string, seal: Seal, newId: NewId): SigningKeys {
  let remembered: { until: number; ring: Promise<KeyRing<StoredKey>> } | undefined

  /** Cut to the millisecond, which the column would round: half of the time a key would be there that may not sign yet. */
  const insert = async (query: Query, noticeSeconds: number): Promise<Date> => {
    const key = await generateSigningKey(newId())
    const [inserted] = await query(sql<{ active_from: Date }>`
      insert into signing_key (kid, public_jwk, sealed_private_jwk, active_from)
      values (${key.kid}, ${JSON.stringify(publicPart(key))}::jsonb, ${seal.close(JSON.stringify(key), key.kid)},
              date_trunc('milliseconds', clock_timestamp()) + make_interval(secs => ${noticeSeconds}))
      returning active_from`)
    remembered = undefined
    if (inserted === undefined) throw new Error('The new signing key was not stored.')
    return inserted.active_from
  }

  const read = (query: Query) =>
    query(sql<StoredKey & { now: Date }>`
      select kid, public_jwk as "publicJwk", sealed_private_jwk as sealed, active_from as "activeFrom",
             clock_timestamp() as now
      from signing_key`)

  /** The keys there are; the installation's first is made when none can sign, by one replica only. */
  const present = () =>
    database.asRole(job, async (query) => {
      const rows = await read(query)
      if (rows.some(({ activeFrom, now }) => activeFrom <= now)) return rows
      await query(sql`select pg_advisory_xact_lock(hashtextextended('signing-key:first', 0))`)
      const again = await read(query)
      if (again.some(({ activeFrom, now }) => activeFrom <= now)) return again
      await insert(query, 0)
      return read(query)
    })

  const ring = () => {
    if (remembered === undefined || remembered.until < performance.now()) {
      const reading = withoutDeadline(present).then((rows) => keyRing(rows, rows[0]?.now ?? new Date()))
      remembered = { until: performance.now() + REMEMBERED_MS, ring: reading }
      reading.catch(() => (remembered = undefined))
    }
    return remembered.ring
  }

  return {
    rotate: (noticeSeconds) => database.asRole(job, (query) => insert(query, noticeSeconds)),
    async current() {
      const { signing } = await ring()
      return JSON.parse(seal.open(signing.sealed, signing.kid)) as SigningKey
    },
    async published() {
      return (await ring()).published.map(({ publicJwk }) => publicJwk)
    },
  }
}
