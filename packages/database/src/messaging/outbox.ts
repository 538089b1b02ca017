import { setTimeout as sleep } from 'node:timers/promises'

import { Client } from 'pg'

import { PATIENCE } from '../connections.ts'
import { rolesOf } from '../setup/roles.ts'

/** One event as it waits to be published. */
export interface OutboxRow {
  id: string
  subject: string
  payload: string
  attempt: number
}

/** A session that holds the right to relay one service's outbox. */
export interface OutboxLease {
  readonly lost: AbortSignal
  onWake: (listener: () => void) => void
  pending: (limit: number) => Promise<OutboxRow[]>
  markPublished: (rows: readonly Pick<OutboxRow, 'id' | 'attempt'>[]) => Promise<void>
  resendUnconfirmed: (afterSeconds: number, ceilingSeconds: number, limit: number) => Promise<number>
  resendAfterLoss: (withinSeconds: number, publishedBefore: Date | undefined) => Promise<number>
  release: () => Promise<void>
}

export interface OutboxTable {
  lead: () => Promise<OutboxLease | undefined>
  markConfirmed: (ids: readonly string[]) => Promise<void>
  /** Wakes whoever relays, soon after a commit; many calls become one notification. */
  ring: () => void
  close: () => Promise<void>
}

/** Register of the two-int4 advisory lock space: 1 = relay of an outbox, keyed by hashtext(service). */
const RELAY_LOCK_SPACE = 1
const RING_PAUSE_MS = 5

async function session(url: string, name: string): Promise<Client> {
  const client = new Client({
    ...PATIENCE,
    connectionString: url,
    connectionTimeoutMillis: 2_000,
    application_name: name,
  })
  client.on('error', () => undefined)
  try {
    await client.connect()
    // What has been published leaves an entry in the index of what is to be. A scan of the index drops those as it meets them, a
    // bitmap would visit all of their rows again each time until the table is vacuumed.
    await client.query(`set role ${client.escapeIdentifier(rolesOf(url).job)}; set enable_bitmapscan = off`)
    return client
  } catch (error) {
    await client.end()
    throw error
  }
}

async function changed(client: Client, text: string, params: unknown[]): Promise<number> {
  return (await client.query(text, params)).rowCount ?? 0
}

/**
 * Begins a statement that changes rows of the outbox, with those that fit as `mine`: locked in one order by all who do, since
 * the relay and the confirmations of the audit often want the same ones.
 */
const locking = (rows: string) =>
  `with mine as materialized (${rows} order by outbox.seq for update of outbox)`

function leaseOn(client: Client): OutboxLease {
  const lost = new AbortController()
  client.on('end', () => {
    lost.abort()
  })
  return {
    lost: lost.signal,
    onWake(listener) {
      client.on('notification', listener)
    },
    async pending(limit) {
      const { rows } = await client.query<OutboxRow>(
        'select id, subject, payload, attempt from outbox where published_at is null order by seq limit $1',
        [limit],
      )
      return rows
    },
    async markPublished(rows) {
      await client.query(
        `${locking(`
           select outbox.seq from outbox join unnest($1::uuid[], $2::int[]) as sent (id, attempt) using (id, attempt)
           where published_at is null`)}
         update outbox set published_at = clock_timestamp() from mine where outbox.seq = mine.seq`,
        [rows.map((row) => row.id), rows.map((row) => row.attempt)],
      )
    },
    resendUnconfirmed: (afterSeconds, ceilingSeconds, limit) =>
      changed(
        client,
        `${locking(`
           select seq from outbox where confirmed_at is null and seq in (
             select seq from outbox
             where confirmed_at is null and published_at < clock_timestamp() - make_interval(secs => $1)
               and published_at < clock_timestamp() - make_interval(secs => least($1 * 2 ^ least(attempt, 20), $2))
             order by published_at limit $3)`)}
         update outbox set published_at = null, attempt = attempt + 1 from mine where outbox.seq = mine.seq`,
        [afterSeconds, ceilingSeconds, limit],
      ),
    resendAfterLoss: (withinSeconds, publishedBefore) =>
      changed(
        client,
        `${locking(`
           select seq from outbox
           where published_at < coalesce($2::timestamptz, 'infinity')
             and (confirmed_at is null or published_at > clock_timestamp() - make_interval(secs => $1))`)}
         update outbox set published_at = null, attempt = attempt + 1 from mine where outbox.seq = mine.seq`,
        [withinSeconds, publishedBefore],
      ),
    async release() {
      await client.end().catch(() => undefined)
    },
  }
}

/**
 * The outbox of one service, as the relay works on it: across organisations, on a connection of its own that holds a
 * session advisory lock, so that one process relays at a time and another takes over when it dies (EVT-3).
 */
export function outboxTable(url: string, service: string): OutboxTable {
  const channel = `outbox_${service}`
  let bell: Promise<Client> | undefined
  let ringing = false
  let turn: Promise<unknown> = Promise.resolve()

  /** One statement at a time: they share a connection. */
  const withBell = (work: (client: Client) => Promise<unknown>): Promise<void> => {
    const mine = turn.then(async () => {
      bell ??= session(url, `kitroom-${service}-bell`)
      try {
        await work(await bell)
      } catch (error) {
        void bell.then((broken) => broken.end()).catch(() => undefined)
        bell = undefined
        throw error
      }
    })
    turn = mine.catch(() => undefined)
    return mine
  }

  return {
    async lead() {
      const client = await session(url, `kitroom-${service}-relay`)
      let isWon = false
      try {
        const { rows } = await client.query<{ won: boolean }>(
          'select pg_try_advisory_lock($1, hashtext($2)) as won',
          [RELAY_LOCK_SPACE, service],
        )
        if (rows[0]?.won !== true) return undefined
        await client.query('set idle_in_transaction_session_timeout = 0')
        await client.query(`listen ${client.escapeIdentifier(channel)}`)
        isWon = true
        return leaseOn(client)
      } finally {
        if (!isWon) await client.end()
      }
    },
    async markConfirmed(ids) {
      await withBell((client) =>
        client.query(
          `${locking('select seq from outbox where id = any($1) and confirmed_at is null')}
           update outbox set confirmed_at = clock_timestamp() from mine where outbox.seq = mine.seq`,
          [ids],
        ),
      )
    },
    ring() {
      if (ringing) return
      ringing = true
      void sleep(RING_PAUSE_MS)
        .then(() => {
          ringing = false
          return withBell((client) => client.query('select pg_notify($1, $2)', [channel, '']))
        })
        // A bell nobody heard costs only the relay's pause between two looks.
        .catch(() => undefined)
    },
    async close() {
      await turn
      const client = await bell?.catch(() => undefined)
      await client?.end().catch(() => undefined)
    },
  }
}
