import { randomUUID } from 'node:crypto'

import { Client, type Notification } from 'pg'

import type { Database } from '../database.ts'
import { sql } from '../sql.ts'
import { hear } from './hear.ts'

/** Where a service is asked to redrive its dead letters, and where it says what became of them. */
const asking = (service: string): string => `redrive_${service}`
const answering = (service: string): string => `redriven_${service}`

const HEARD_MS = 10_000

interface Answering {
  url: string
  service: string
  database: Database
  jobRole: string
  /** What is to be told in the end. */
  redrive: () => Promise<object>
}

/** Does what `requestRedrive` asks for, in the running service, which has at hand all that its handlers need. */
export function answerRedrives({ url, service, database, jobRole, redrive }: Answering): AsyncDisposable {
  const tell = (answer: object) =>
    database.asRole(jobRole, (query) =>
      query(sql`select pg_notify(${answering(service)}, ${JSON.stringify(answer)})`),
    )
  const answer = async (id: string): Promise<void> => {
    await tell({ id, heard: true })
    try {
      await tell({ id, counts: await redrive() })
    } catch (error) {
      await tell({ id, failed: String(error).slice(0, 1_000) })
    }
  }
  let working = Promise.resolve()
  const ear = hear(url, asking(service), (id) => {
    if (id !== undefined) working = working.then(() => answer(id).catch(() => undefined))
  })
  return {
    async [Symbol.asyncDispose]() {
      await ear[Symbol.asyncDispose]()
      await working
    },
  }
}

/**
 * Asks a running service to offer its dead letters again, and waits until it did. Of several processes each does it,
 * which harms nothing; the first to be done is believed.
 * @returns what the service tells
 * @throws Error when nobody hears, or the service could not
 */
export async function requestRedrive(url: string, service: string): Promise<object> {
  const id = randomUUID()
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 })
  const done = Promise.withResolvers<object>()
  const unheard = setTimeout(() => {
    done.reject(new Error(`Nobody hears: is ${service} running?`))
  }, HEARD_MS)
  client.on('error', done.reject)
  client.on('notification', ({ payload = '{}' }: Notification) => {
    const answer = JSON.parse(payload) as { id?: string; counts?: object; failed?: string }
    if (answer.id !== id) return
    clearTimeout(unheard)
    if (answer.counts !== undefined) done.resolve(answer.counts)
    if (answer.failed !== undefined) done.reject(new Error(answer.failed))
  })
  try {
    await client.connect()
    await client.query(`listen ${client.escapeIdentifier(answering(service))}`)
    await client.query('select pg_notify($1, $2)', [asking(service), id])
    return await done.promise
  } finally {
    clearTimeout(unheard)
    await client.end()
  }
}
