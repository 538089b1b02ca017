import { type Database, readPage, type Sql, sql } from '@kitroom/database'

import type { Events, Question } from '../use-cases/ports.ts'
import { EVENT_COLUMNS, eventOf, type EventRow } from './event-row.ts'

/** Each filter has its index, which also gives the order; see docs/decisions/0008-audit-chain.md for the total. */
function conditions(orgId: string, asked: Question): Sql[] {
  return [
    sql`org_id = ${orgId}`,
    asked.entity_type === undefined ? undefined : sql`entity_type = ${asked.entity_type}`,
    asked.entity_id === undefined ? undefined : sql`entity_id = ${asked.entity_id}`,
    asked.actor === undefined ? undefined : sql`actor_user_id = ${asked.actor}`,
    asked.action === undefined ? undefined : sql`action = ${asked.action}`,
    asked.from === undefined ? undefined : sql`at >= ${asked.from}`,
    asked.to === undefined ? undefined : sql`at < ${asked.to}`,
  ].filter((condition) => condition !== undefined)
}

export const eventReader = (database: Database): Events => ({
  async list(orgId, question) {
    const { limit, page, cursor, sort, ...filters } = question
    const events = await database.read(orgId, (query) =>
      readPage<EventRow>(query, {
        select: EVENT_COLUMNS,
        from: sql`audit_event`,
        where: conditions(orgId, question),
        fields: { at: { expression: sql`at`, type: 'timestamptz' } },
        id: sql`id`,
        request: { limit, page, cursor, sort },
        scope: ['audit', orgId, filters],
      }),
    )
    return { ...events, data: events.data.map(eventOf) }
  },
  find: (orgId, id) =>
    database.read(orgId, async (query) => {
      const [row] = await query(sql<EventRow>`
        select ${EVENT_COLUMNS} from audit_event where org_id = ${orgId} and id = ${id}`)
      return row === undefined ? undefined : eventOf(row)
    }),
})
