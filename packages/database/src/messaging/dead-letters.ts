import type { EntityChanged } from '@kitroom/contracts'
import { v5 as uuidv5 } from 'uuid'

import type { Database } from '../database.ts'
import { sql } from '../sql.ts'

/** A message that could not be used, as it came. */
export interface DeadLetter {
  id: string
  subject: string
  payload: string
}

type Told = Pick<EntityChanged, 'id' | 'orgid' | 'requestid'>

export interface DeadLetters {
  /** Puts a message aside with the reason; the same message delivered again is the same letter. */
  keep: (message: Omit<DeadLetter, 'id'>, reason: string) => Promise<void>
  /** Those not yet dealt with, in the order of their ids, after the given one. */
  waiting: (afterId: string | undefined, limit: number) => Promise<DeadLetter[]>
  redriven: (id: string) => Promise<void>
  stillRefused: (id: string, reason: string) => Promise<void>
  /**
   * Notes that an event is offered for the `attempt`th time, in a transaction of its own.
   * @returns how many earlier ones that were noted never came to an end: whoever was at it died, or lost the database
   */
  begin: (event: Told, attempt: number) => Promise<number>
  /** It came to its end, well or badly. */
  end: (event: Told, attempt: number) => Promise<void>
}

interface DeadLetterOptions {
  database: Database
  /** Messages belong to no organisation before they are understood, so the role of the service's jobs keeps them. */
  jobRole: string
  consumer: string
  /** Told of every new letter: somebody should look at it. */
  logger?: { error: (fields: object, message: string) => void }
}

/** The namespace of the ids made here. */
const NAMESPACE = '8f6b2c1e-4a0d-5e57-9c3b-6d1f0a7e2b94'

/** PostgreSQL stores no NUL, and a message that cannot be put aside would come for ever. */
const storable = (text: string): string => text.replaceAll('\0', '\u{FFFD}').toWellFormed()

/** The dead letters of one consumer, in the table that messagingTables makes. */
export function deadLetterTable({ database, jobRole, consumer, logger }: DeadLetterOptions): DeadLetters {
  // As receipts under other names, which are swept with the receipts.
  const noteOf = (attempt: number) => `${consumer}:${attempt}`

  return {
    async keep({ subject, payload }, reason) {
      const id = uuidv5(storable(`${consumer}\n${subject}\n${payload}`), NAMESPACE)
      const added = await database.asRole(jobRole, (query) =>
        query(sql`
          insert into dead_letter (id, consumer, subject, payload, reason)
          values (${id}, ${consumer}, ${storable(subject)}, ${storable(payload)}, ${storable(reason)})
          on conflict (id) do nothing returning id`),
      )
      if (added.length > 0)
        logger?.error({ dead_letter: id, subject, reason }, 'a message became a dead letter')
    },
    waiting: (afterId, limit) =>
      database.asRole(jobRole, (query) =>
        query(sql<DeadLetter>`
          select id, subject, payload from dead_letter
          where consumer = ${consumer} and redriven_at is null
            and ${afterId === undefined ? sql`true` : sql`id > ${afterId}`}
          order by id limit ${limit}`),
      ),
    async redriven(id) {
      await database.asRole(jobRole, (query) =>
        query(sql`update dead_letter set redriven_at = clock_timestamp() where id = ${id}`),
      )
    },
    async stillRefused(id, reason) {
      await database.asRole(jobRole, (query) =>
        query(sql`update dead_letter set reason = ${storable(reason)} where id = ${id}`),
      )
    },
    begin: ({ id, orgid: orgId, requestid: requestId }, attempt) =>
      database.transaction({ orgId, userId: null, requestId }, async ({ query }) => {
        const [unended] = await query(sql<{ count: number }>`
          select count(*) from inbox where org_id = ${orgId} and event_id = ${id}
            and consumer in (select ${`${consumer}:`} || n from generate_series(1, ${attempt - 1}::integer) as n)`)
        await query(sql`
          insert into inbox (org_id, consumer, event_id) values (${orgId}, ${noteOf(attempt)}, ${id})
          on conflict do nothing`)
        return unended?.count ?? 0
      }),
    async end({ id, orgid: orgId }, attempt) {
      await database.asRole(jobRole, (query) =>
        query(sql`
          delete from inbox where org_id = ${orgId} and consumer = ${noteOf(attempt)} and event_id = ${id}`),
      )
    },
  }
}
