import { observed } from '@kitroom/observability'

import type { Database } from '../database.ts'
import { sql } from '../sql.ts'

/** Beyond this many rows only that there are more is known: a reading must stay cheap when most is waiting. */
const COUNTED = 10_000

interface Waiting {
  unsent: number
  unsent_seconds: number
  unconfirmed: number
  unconfirmed_seconds: number
}

const waitingEvents = sql<Waiting>`
  with unsent as (select created_at from outbox where published_at is null order by seq limit ${COUNTED}),
  unconfirmed as (
    select created_at from outbox where published_at is not null and confirmed_at is null
    order by published_at limit ${COUNTED})
  select (select count(*) from unsent) as unsent, (select count(*) from unconfirmed) as unconfirmed,
    (select coalesce(extract(epoch from clock_timestamp() - min(created_at)), 0)::float8 from unsent) as unsent_seconds,
    (select coalesce(extract(epoch from clock_timestamp() - min(created_at)), 0)::float8 from unconfirmed)
      as unconfirmed_seconds`

const lettersPerConsumer = sql<{ consumer: string; letters: number }>`
  select consumer, count(*) as letters from dead_letter where redriven_at is null group by consumer`

/**
 * Shows what a service's outbox holds that nobody has yet, and the dead letters of what it consumes (EVT-16). Every
 * process of a service says the same.
 * @param consumers those that have a figure even while they have no letters
 */
export function observeMessaging(
  database: Database,
  jobRole: string,
  consumers: readonly string[] = [],
): Disposable {
  return observed(
    {
      'kitroom.outbox.events': {
        unit: '{event}',
        description: `Events not yet sent, or sent and not yet confirmed by the audit; at most ${COUNTED}.`,
      },
      'kitroom.outbox.age': {
        unit: 's',
        description: 'The age of the oldest of these, 0 when there is none.',
      },
      'kitroom.dead_letters': {
        unit: '{message}',
        description: 'Messages put aside and not dealt with yet.',
      },
    },
    async () => {
      const [[events], letters] = await database.asRole(
        jobRole,
        async (query) => [await query(waitingEvents), await query(lettersPerConsumer)] as const,
      )
      if (events === undefined) return []
      const perConsumer = new Map(consumers.map((consumer) => [consumer, 0]))
      for (const { consumer, letters: count } of letters) perConsumer.set(consumer, count)
      const unsent = { 'kitroom.outbox.state': 'unsent' }
      const unconfirmed = { 'kitroom.outbox.state': 'unconfirmed' }
      return [
        { name: 'kitroom.outbox.events', value: events.unsent, attributes: unsent },
        { name: 'kitroom.outbox.events', value: events.unconfirmed, attributes: unconfirmed },
        { name: 'kitroom.outbox.age', value: events.unsent_seconds, attributes: unsent },
        { name: 'kitroom.outbox.age', value: events.unconfirmed_seconds, attributes: unconfirmed },
        ...[...perConsumer].map(([consumer, value]) => ({
          name: 'kitroom.dead_letters' as const,
          value,
          attributes: { 'messaging.consumer.group.name': consumer },
        })),
      ]
    },
  )
}
