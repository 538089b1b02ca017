import { createHash } from 'node:crypto'

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { AuditAction } from '@kitroom/contracts'

import { type Actor, type Operations, operations } from './journey/operations.ts'
import {
  installShadow,
  type RowChange,
  rowChanges,
  transactionsOfEvents,
  unknownTables,
} from './journey/shadow.ts'
import { PASSWORD, writeEverything } from './journey/write-everything.ts'
import { auditIsSettled, type TestSystem, testSystem } from './test-system.ts'

interface Event {
  id: string
  org_id: string
  entity_type: string
  entity_id: string
  action: AuditAction
  service: string
  before_json: Record<string, unknown> | null
  after_json: Record<string, unknown> | null
  canonical: string
  actor_user_id: string | null
  request_id: string
  at: Date
  received_at: Date
}

let system: TestSystem
let go: Operations
let staff: Actor
let events: Event[]
let changes: RowChange[]
let txOf: Map<string, string>

beforeAll(async () => {
  system = await testSystem()
  await installShadow(system)
  go = operations(system.url)
  staff = await writeEverything(system, go)
  await auditIsSettled(system)
  events = await system.sql<Event>('select * from audit.audit_event order by org_id, seq')
  changes = await rowChanges(system)
  txOf = await transactionsOfEvents(system)
}, 180_000)
afterAll(async () => {
  await system[Symbol.asyncDispose]()
})

const nameOf = (entity: { entity_type: string; entity_id: string }) =>
  `${entity.entity_type} ${entity.entity_id}`

/** What the rows of one entity say happened to it in one transaction; undefined when they are as they were. */
function happened(rows: readonly RowChange[]): AuditAction | undefined {
  const roots = rows.filter((row) => row.is_root)
  const [first] = roots
  if (first === undefined) return isNothing(rows) ? undefined : 'UPDATE'
  const before = first.before
  const after = roots.at(-1)?.after ?? null
  if (before === null) return after === null ? undefined : 'CREATE'
  if (after === null) return 'SOFT_DELETE'
  const isDeleted = [before, after].map((row) => (row['deleted_at'] ?? null) !== null)
  if (isDeleted[0] !== isDeleted[1]) return isDeleted[1] === true ? 'SOFT_DELETE' : 'RESTORE'
  return before['status'] === after['status'] ? 'UPDATE' : 'STATUS_CHANGE'
}

/** True when what was taken away was put back again. */
function isNothing(rows: readonly RowChange[]): boolean {
  const images = (of: 'before' | 'after') =>
    rows.flatMap((row) => (row[of] === null ? [] : [`${row.table} ${JSON.stringify(row[of])}`])).toSorted()
  return JSON.stringify(images('before')) === JSON.stringify(images('after'))
}

/** The members that an event and a row both have, with instants told alike. */
function shared(told: Record<string, unknown>, row: Record<string, unknown>) {
  const comparable = ([member, value]: [string, unknown]) => [
    member,
    member.endsWith('_at') && typeof value === 'string' ? new Date(value).toISOString() : value,
  ]
  const both = (one: Record<string, unknown>, other: Record<string, unknown>) =>
    Object.fromEntries(
      Object.entries(one)
        .filter(([member]) => member in other)
        .map(comparable),
    )
  return [both(told, row), both(row, told)] as const
}

describe('a journey over every operation that writes', () => {
  it('leaves none of the contract out, and no table that nobody thought of', async () => {
    expect(go.missing()).toEqual([])
    expect(await unknownTables(system)).toEqual([])
  })

  it('is in the audit change by change: each entity once for each transaction that changed it, and no more', () => {
    const changed = [...Map.groupBy(changes, (row) => `${row.tx} ${nameOf(row)}`)].flatMap(([name, rows]) => {
      const action = happened(rows)
      return action === undefined ? [] : [`${name} ${action}`]
    })
    const told = events.map((event) => `${txOf.get(event.id) ?? '?'} ${nameOf(event)} ${event.action}`)
    expect(told.toSorted()).toEqual(changed.toSorted())
    expect(new Set(events.map(({ action }) => action))).toEqual(
      new Set(['CREATE', 'UPDATE', 'SOFT_DELETE', 'RESTORE', 'STATUS_CHANGE']),
    )
  })

  it('is told as the rows have it, before and after', () => {
    const roots = Map.groupBy(
      changes.filter((row) => row.is_root),
      (row) => `${row.tx} ${nameOf(row)}`,
    )
    let compared = 0
    for (const event of events) {
      const rows = roots.get(`${txOf.get(event.id) ?? '?'} ${nameOf(event)}`) ?? []
      for (const [told, row] of [
        [event.before_json, rows[0]?.before],
        [event.after_json, rows.at(-1)?.after],
      ]) {
        if (!told || !row) continue
        // The version of a user is told over two tables.
        const [inEvent, inRow] = shared(
          told,
          event.entity_type === 'User' ? { ...row, version: told['version'] } : row,
        )
        expect({ ...inEvent, event: event.id }).toEqual({ ...inRow, event: event.id })
        compared += 1
      }
    }
    expect(compared).toBeGreaterThan(events.length)
  })

  it('names who did it by which request, nobody where the system did it by itself, and when (EVT-10)', () => {
    const [asked, byItself] = [
      events.filter(({ request_id }) => go.senders.has(request_id)),
      events.filter(({ request_id }) => !go.senders.has(request_id)),
    ]
    const bySender = asked.filter(
      ({ actor_user_id, request_id }) => actor_user_id === go.senders.get(request_id),
    )
    // What follows from a request by a rule is the system's: an approval by policy, what moves to make room.
    const others = asked.filter((event) => !bySender.includes(event) && event.actor_user_id !== null)
    expect(bySender.length).toBeGreaterThan(events.length / 2)
    expect(others.filter(({ request_id }) => go.senders.get(request_id) !== null)).toEqual([])
    expect(byItself.filter(({ actor_user_id }) => actor_user_id !== null)).toEqual([])
    expect(events.filter(({ at, received_at }) => received_at < at)).toEqual([])
  })

  it('is a chain for each entity: it begins with its creation, and what was after is what is before', () => {
    for (const trail of Map.groupBy(events, (event) => `${event.org_id} ${nameOf(event)}`).values()) {
      const [first, ...rest] = trail
      // An account is created at home only.
      const isAtHome = first?.entity_type !== 'User' || first.after_json?.['org_id'] === first.org_id
      if (isAtHome) expect(first).toMatchObject({ action: 'CREATE', before_json: null })
      rest.forEach((event, index) => {
        expect(event.before_json).toEqual(trail[index]?.after_json)
      })
    }
  })

  it('ends, in the audit, with what the API shows', async () => {
    const reads: Record<string, string> = {
      Booking: 'getBooking',
      BookingMessage: 'getMessage',
      Fine: 'getFine',
      Payment: 'getPayment',
      Resource: 'getResource',
      ResourceUnit: 'getUnit',
      User: 'getUser',
    }
    const last = new Map(
      events.filter(({ org_id }) => org_id === staff.orgId).map((event) => [nameOf(event), event]),
    )
    const paidBy = new Map(
      [...last.values()]
        .filter(({ entity_type }) => entity_type === 'Payment')
        .flatMap(({ entity_id, after_json }) =>
          ((after_json?.['fine_ids'] ?? []) as string[]).map((fine) => [fine, entity_id] as const),
        ),
    )
    const compared = new Set<string>()
    for (const { entity_type, entity_id, after_json } of last.values()) {
      const read = reads[entity_type]
      if (read === undefined || (after_json?.['deleted_at'] ?? null) !== null) continue
      const booking = entity_type === 'BookingMessage' ? [String(after_json?.['booking_id'])] : []
      const { history: _, ...shown } = await go.perform<Record<string, unknown>>(read, {
        as: staff,
        id: [...booking, entity_id],
      })
      // Which payment covered a fine is told of the payment.
      const covered = entity_type === 'Fine' ? { payment_id: paidBy.get(entity_id) ?? null } : {}
      expect({ ...after_json, ...covered }).toMatchObject(shown)
      compared.add(entity_type)
    }
    expect([...compared].toSorted()).toEqual(Object.keys(reads).toSorted())
  })

  it('shows the audit no password, no hash and no token', async () => {
    const sent = ['auth', 'inventory', 'booking'].map((service) => `select payload from ${service}.outbox`)
    const payloads = await system.sql<{ payload: string }>(sent.join(' union all '))
    const text = [
      ...events.map(({ canonical }) => canonical),
      ...payloads.map(({ payload }) => payload),
    ].join()
    expect(text).toContain('student@arts.example')
    const digests = go.tokens.map((token) => createHash('sha256').update(token).digest('hex'))
    const stored = await system.sql<{ secret: string }>(
      'select hash as secret from auth.password union all select digest from auth.refresh_token',
    )
    expect(stored.length).toBeGreaterThan(8)
    expect(go.tokens.length).toBeGreaterThan(12)
    const secrets = [...go.tokens, ...digests, ...stored.map(({ secret }) => secret)]
    for (const secret of [...secrets, PASSWORD, system.bootstrapToken, 'argon2']) {
      expect(text.includes(secret)).toBe(false)
    }
  })
})
