import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'

import { Client } from 'pg'

import { PATIENCE } from '../connections.ts'

const RECONNECT_MS = 1_000

/**
 * Hears what transactions tell by `pg_notify` when they commit, in whatever process, on a connection of its own. What is
 * told while the connection is away is not heard: whoever listens looks by itself from time to time.
 * @param heard called for each notification with what it carries, and with nothing whenever listening begins, since
 *   something may have been missed
 */
export function hear(url: string, channel: string, heard: (payload?: string) => void): AsyncDisposable {
  const stopping = new AbortController()
  const { signal } = stopping

  const listen = async (): Promise<void> => {
    const client = new Client({
      ...PATIENCE,
      connectionString: url,
      connectionTimeoutMillis: 2_000,
      application_name: `${channel}-ear`,
    })
    client.on('error', () => undefined)
    try {
      await client.connect()
      client.on('notification', ({ payload }) => heard(payload))
      await client.query(`listen ${client.escapeIdentifier(channel)}`)
      heard()
      await once(client, 'end', { signal })
    } finally {
      await client.end()
    }
  }
  const listening = (async () => {
    while (!signal.aborted) {
      await listen().catch(() => undefined)
      await sleep(RECONNECT_MS, undefined, { signal }).catch(() => undefined)
    }
  })()

  return {
    async [Symbol.asyncDispose]() {
      stopping.abort()
      await listening
    },
  }
}
