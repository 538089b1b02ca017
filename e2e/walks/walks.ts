/** A list that is leafed through, and how rows of its table come into it, leave it and move within it. */
export interface Walk {
  /** With its filters. */
  path: string
  sort: string
  table: string
  /** Of the rows of the organisation those that the list shows. */
  shown: string
  /** Rows that may come; unless told, those of the organisation that are not shown. */
  hidden?: string
  /** Statements that make the rows with the ids `$1` come, go or move. Each moves by its own id, so that they go anywhere. */
  comes: string
  goes?: string
  moves?: string
}

/** Who leafs through the lists. */
export interface Walker {
  id: string
  orgId: string
}

const place = (places: number) => `abs(hashtext(id::text)) % ${places}`
const hours = `interval '1 hour' * (${place(9_000)} - 4500)`

const THESE = 'id = any($1::uuid[])'
const set = (table: string, values: string) => `update ${table} set ${values} where ${THESE}`

/** Bookings but those that are cancelled, which stand for what is not there. */
const bookings = {
  path: '/bookings?status=RETURNED&status=PENDING&status=APPROVED&status=CHECKED_OUT&status=REJECTED&status=DRAFT',
  table: 'booking.booking',
  shown: `status <> 'CANCELLED'`,
  comes: set('booking.booking', `status = 'RETURNED'`),
  goes: set('booking.booking', `status = 'CANCELLED'`),
  moves: set('booking.booking', `start_at = start_at + ${hours}, end_at = end_at + ${hours}`),
}

const STATUSES = `array['AVAILABLE', 'MAINTENANCE', 'DISABLED']`
const resources = {
  path: '/resources?',
  table: 'inventory.resource',
  shown: 'deleted_at is null',
  comes: set('inventory.resource', 'deleted_at = null'),
  goes: set('inventory.resource', 'deleted_at = now()'),
  moves: set(
    'inventory.resource',
    `name = chr(65 + ${place(26)}) || name, status = (${STATUSES})[1 + ${place(3)}]`,
  ),
}

/** But the one who walks, and has to be let in. */
const users = ({ id, orgId }: Walker) => ({
  path: '/users?is_active=true',
  table: 'auth.app_user',
  shown: `is_active and id <> '${id}'`,
  hidden: `org_id = '${orgId}' and not is_active`,
  comes: set('auth.app_user', 'is_active = true'),
  goes: set('auth.app_user', 'is_active = false'),
  moves: set('auth.app_user', `full_name = chr(65 + ${place(26)}) || full_name`),
})

const waitlist = {
  path: '/waitlist?status=WAITING&status=OFFERED&status=EXPIRED&status=ACCEPTED&status=REJECTED',
  table: 'booking.waitlist_entry',
  shown: `status <> 'CANCELLED'`,
  comes: set('booking.waitlist_entry', `status = 'EXPIRED'`),
  goes: set('booking.waitlist_entry', `status = 'CANCELLED', ended_at = now()`),
  moves: set('booking.waitlist_entry', `precedence = precedence + 1000000000::bigint * (${place(100)} - 50)`),
}

/** Events only ever come. Those of others lend what they tell and when: between what is there, as if they were late. */
const audit = (orgId: string) => ({
  path: '/audit?',
  table: 'audit.audit_event',
  shown: 'true',
  // The places of others' first events are taken here too; those that were filled in begin at a million.
  hidden: `org_id <> '${orgId}' and seq >= 1000000`,
  comes: `
    insert into audit.audit_event select (jsonb_populate_record(event, '{"org_id": "${orgId}"}')).*
    from audit.audit_event as event where org_id <> '${orgId}' and ${THESE}`,
})

/** Lists of all services, by text, time, number and what thousands have in common, up, down and both. */
export const walks = (walker: Walker): Walk[] => [
  { ...bookings, sort: 'start_at' },
  { ...bookings, sort: '-start_at,created_at' },
  { ...resources, sort: 'name' },
  { ...resources, sort: 'status' },
  { ...resources, sort: '-status,name' },
  { ...users(walker), sort: '-full_name' },
  { ...waitlist, sort: '-priority_score' },
  { ...audit(walker.orgId), sort: '-at' },
]
