import { isDeepStrictEqual } from 'node:util'

import {
  type AuditAction,
  type EntityChanged,
  type EntityType,
  type Origin,
  subjectOf,
} from '@kitroom/contracts'

import { newId } from '../new-id.ts'
import { type Sql, sql } from '../sql.ts'

/** The JSON clients see of an entity; never a hash or a token. */
export type Snapshot = Record<string, unknown>

export interface Change {
  entityType: EntityType
  entityId: string
  before: Snapshot | null
  after: Snapshot | null
  /** Made by the system itself, whoever the transaction is for. */
  bySystem?: boolean
}

interface Watched {
  entityType: EntityType
  entityId: string
  before: Snapshot | null
  after: () => Snapshot | null
  bySystem?: boolean
}

/** What an actor did to an entity, read off the two snapshots. */
function actionOf({ before, after }: Pick<Change, 'before' | 'after'>): AuditAction {
  if (before === null) return 'CREATE'
  if (after === null) return 'SOFT_DELETE'
  const deletedBefore = (before['deleted_at'] ?? null) !== null
  const deletedAfter = (after['deleted_at'] ?? null) !== null
  if (deletedBefore !== deletedAfter) return deletedAfter ? 'SOFT_DELETE' : 'RESTORE'
  return before['status'] === after['status'] ? 'UPDATE' : 'STATUS_CHANGE'
}

/**
 * The changes of one transaction. Stores watch what they load for change or add; when the work is done the
 * snapshots are compared, so no use case can forget its audit event and nothing is told that did not happen.
 */
export class Changes {
  readonly #watched = new Map<object, Watched>()
  readonly #recorded: Change[] = []

  /** Watches an entity that was just loaded and may change. */
  watch<E extends { id: string }>(
    entityType: EntityType,
    entity: E,
    snapshot: (entity: E) => Snapshot,
  ): void {
    if (this.#watched.has(entity)) return
    this.#watched.set(entity, {
      entityType,
      entityId: entity.id,
      before: snapshot(entity),
      after: () => snapshot(entity),
    })
  }

  /** Watches an entity that did not exist before. */
  added<E extends { id: string }>(
    entityType: EntityType,
    entity: E,
    snapshot: (entity: E) => Snapshot,
  ): void {
    this.#watched.set(entity, {
      entityType,
      entityId: entity.id,
      before: null,
      after: () => snapshot(entity),
    })
  }

  /** Notes that a watched entity no longer exists. */
  removed(entity: object): void {
    const watched = this.#watched.get(entity)
    if (watched === undefined) return
    if (watched.before === null) this.#watched.delete(entity)
    else watched.after = () => null
  }

  /** Notes that a watched entity is changed by the system itself, not by whom the transaction is for. */
  bySystem(entity: object): void {
    const watched = this.#watched.get(entity)
    if (watched !== undefined) watched.bySystem = true
  }

  /** Records a change made by a set-based statement, with snapshots taken from its RETURNING. */
  record(change: Change): void {
    this.#recorded.push(change)
  }

  /** What really changed, in the order it was touched. */
  settle(): Change[] {
    const compared = [...this.#watched.values()].map((watched) => ({ ...watched, after: watched.after() }))
    return [...compared, ...this.#recorded].filter(({ before, after }) => !isDeepStrictEqual(before, after))
  }
}

/** An import changes 100,000 things at once; one statement with all their events would take too long to make and run. */
const ROWS_AT_ONCE = 1_000

/** What all events of one transaction have in common. */
export interface Occasion {
  service: string
  origin: Origin
  /** By the clock of the database. */
  now: Date
  traceparent: string | undefined
}

/** The statements that write one outbox row per change, as few as are quick. */
export function outboxRows(occasion: Occasion, changes: readonly Change[]): Sql[] {
  const portions = Math.ceil(changes.length / ROWS_AT_ONCE)
  return Array.from({ length: portions }, (_, at) =>
    rowsOf(occasion, changes.slice(at * ROWS_AT_ONCE, (at + 1) * ROWS_AT_ONCE)),
  )
}

function rowsOf({ service, origin, now, traceparent }: Occasion, changes: readonly Change[]): Sql {
  const time = now.toISOString()
  const rows = changes.map((change) => {
    const action = actionOf(change)
    const subject = subjectOf(service, change.entityType, action)
    const event = {
      specversion: '1.0',
      id: newId(),
      source: service,
      type: subject,
      time,
      orgid: origin.orgId,
      requestid: origin.requestId,
      ...(traceparent === undefined ? {} : { traceparent }),
      datacontenttype: 'application/json',
      data: {
        actor_user_id: change.bySystem === true ? null : origin.userId,
        entity_type: change.entityType,
        entity_id: change.entityId,
        action,
        before: change.before as EntityChanged['data']['before'],
        after: change.after as EntityChanged['data']['after'],
      },
    } satisfies EntityChanged
    return { id: event.id, subject, payload: JSON.stringify(event) }
  })
  return sql`
    insert into outbox (id, org_id, subject, payload)
    select id, ${origin.orgId}::uuid, subject, payload
    from unnest(${rows.map((row) => row.id)}::uuid[], ${rows.map((row) => row.subject)}::text[],
                ${rows.map((row) => row.payload)}::text[]) with ordinality as row (id, subject, payload, position)
    order by position`
}
