import { type Database, sql } from '@kitroom/database'
import { v5 as uuidv5 } from 'uuid'

import type { DeadLetter, DeadLetters } from '../use-cases/ports.ts'

const CONSUMER = 'audit'

/** The namespace of the ids made here. */
const NAMESPACE = '8f6b2c1e-4a0d-5e57-9c3b-6d1f0a7e2b94'

/** PostgreSQL stores no NUL, and a message that cannot be put aside would come for ever. */
const storable = (text: string): string => text.replaceAll('\0', '\u{FFFD}').toWellFormed()

/**
 * Messages belong to no organisation before they are understood, so the role of the service's jobs keeps them.
 * @param onKept hears of every new letter: somebody should look at it
 */
export function deadLetterStore(
  database: Database,
  jobRole: string,
  onKept: (letter: DeadLetter, reason: string) => void = () => undefined,
): DeadLetters {
  return {
    async keep({ subject, payload }, reason) {
      // The id comes from the content: the same message delivered again is the same letter.
      const id = uuidv5(`${CONSUMER}\n${subject}\n${payload}`, NAMESPACE)
      const added = await database.asRole(jobRole, (query) =>
        query(sql`
          insert into dead_letter (id, consumer, subject, payload, reason)
          values (${id}, ${CONSUMER}, ${storable(subject)}, ${storable(payload)}, ${storable(reason)})
          on conflict (id) do nothing returning id`),
      )
      if (added.length > 0) onKept({ id, subject, payload }, reason)
    },
    waiting: (afterId, limit) =>
      database.asRole(jobRole, (query) =>
        query(sql<DeadLetter>`
          select id, subject, payload from dead_letter
          where consumer = ${CONSUMER} and redriven_at is null
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
  }
}
