import type { TestSystem } from '../test-system.ts'
import type { Shown } from './operation.ts'

/** One event of the audit. */
export interface Recorded {
  entity: string
  entityId: string
  action: string
  actor: string | null
  before: Shown | null
  after: Shown | null
}

/** What is stored when all is over. */
export interface FinalState {
  /** Every booking, waitlist entry and tag. */
  objects: (Shown & { entity: string })[]
  /** Oldest first. */
  events: Recorded[]
  /** Pairs that have the same unit at the same time. */
  overlaps: number
  /** What the audit says of its own chain. */
  chainHolds: boolean
}

/** A time as it is told. */
const told = (column: string) =>
  `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as ${column}`

/** The items of an object as they are told, in their order. */
const itemsOf = (table: string, owner: string) =>
  `(select json_agg(json_build_object('resource_id', resource_id, 'resource_unit_id', resource_unit_id) order by position)
    from booking.${table} as item where item.org_id = object.org_id and item.${owner} = object.id) as items`

/** Reads the state of one organisation behind everybody's back. */
export async function finalState(
  { sql }: TestSystem,
  orgId: string,
  verify: () => Promise<boolean>,
): Promise<FinalState> {
  const objects = await sql<Shown & { entity: string }>(
    `select 'Booking' as entity, id, version, status, ${told('start_at')}, ${told('end_at')}, purpose,
            ${itemsOf('booking_item', 'booking_id')}, null as name
     from booking.booking as object where org_id = $1
     union all
     select 'WaitlistEntry', id, version, status, ${told('start_at')}, ${told('end_at')}, purpose,
            ${itemsOf('waitlist_item', 'entry_id')}, null
     from booking.waitlist_entry as object where org_id = $1
     union all
     select 'Tag', id, version, null, null, null, null, null, name from inventory.tag where org_id = $1`,
    [orgId],
  )
  const events = await sql<Recorded>(
    `select entity_type as entity, entity_id as "entityId", action, actor_user_id as actor,
            before_json as before, after_json as after
     from audit.audit_event
     where org_id = $1 and entity_type in ('Booking', 'WaitlistEntry', 'Tag') order by seq`,
    [orgId],
  )
  const overlapping = await sql(
    `select 1 from booking.occupancy a join booking.occupancy b
       on a.unit_id = b.unit_id and a.ctid < b.ctid and a.during && b.during where a.org_id = $1`,
    [orgId],
  )
  return { objects, events, overlaps: overlapping.length, chainHolds: await verify() }
}
