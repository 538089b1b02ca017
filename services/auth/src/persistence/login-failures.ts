import { createHash } from 'node:crypto'

import { networkOf } from '@kitroom/contracts'
import { type Database, type Query, sql } from '@kitroom/database'
import { Failure } from '@kitroom/errors'

import type { LoginAttempt, LoginLimits, NewId } from '../use-cases/ports.ts'

export interface LoginLimit {
  /** Failures of one account from one address. */
  perAccount: number
  /** Failures of one address, over all accounts: higher, since a whole campus may share one. */
  perAddress: number
  windowSeconds: number
}

interface Pair {
  /** Not the e-mail itself: people type passwords into the wrong field. */
  account: Buffer
  address: string
}

const pairOf = ({ email, address }: LoginAttempt): Pair => ({
  account: createHash('sha256').update(email.toLowerCase()).digest(),
  address: networkOf(address),
})

/**
 * Counts failed sign-ins, for the account from one address and for the address alone. Never for the account alone:
 * then anybody could lock anybody out (AUT-13). All times are the database's.
 */
export function loginFailures(
  database: Database,
  job: string,
  limit: LoginLimit,
  newId: NewId,
): Omit<LoginLimits, 'inTurn'> {
  const { perAccount, perAddress, windowSeconds } = limit

  /** @throws Failure rate-limited until the oldest failure that counts is out of the window */
  const requireRoom = async (query: Query, { account, address }: Pair) => {
    const [found] = await query(sql<{ wait: number | null }>`
      select ceil(extract(epoch from greatest(
        (select at from login_failure
         where account = ${account} and address = ${address} order by at desc offset ${perAccount - 1} limit 1),
        (select at from login_failure
         where address = ${address} order by at desc offset ${perAddress - 1} limit 1)
      ) + make_interval(secs => ${windowSeconds}) - clock_timestamp()))::int as wait`)
    const wait = found?.wait ?? 0
    if (wait <= 0) return
    throw new Failure('rate-limited', 'Too many sign-ins failed. Wait before the next attempt.', {
      retryAfterSeconds: wait,
    })
  }

  return {
    check: (attempt) => database.asRole(job, (query) => requireRoom(query, pairOf(attempt))),
    failed: (attempt) =>
      database.asRole(job, async (query) => {
        const pair = pairOf(attempt)
        const name = `login:${pair.address}`
        await query(sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`)
        await requireRoom(query, pair)
        await query(sql`
          insert into login_failure (id, account, address) values (${newId()}, ${pair.account}, ${pair.address})`)
      }),
    async succeeded(attempt) {
      const { account, address } = pairOf(attempt)
      await database.asRole(job, (query) =>
        query(sql`delete from login_failure where account = ${account} and address = ${address}`),
      )
    },
  }
}
