import type { Bench } from './bench.ts'

/** Twelve digits, so that a script can count through ids by their last group. */
export const FIRST = 100_000_000_000

export const resourceId = (number: number) => `01990000-0000-7000-8000-${FIRST + number}`
/** Of the resource of the same number. */
export const unitId = (number: number) => `01990000-0000-7000-9000-${FIRST + number}`

/** Writes resources of one unit each, numbered from 0, into an inventory that has none. */
export async function fillInventory({ sql }: Bench, orgId: string, resources: number): Promise<void> {
  await sql(
    `insert into inventory.resource
       (org_id, id, type, name, status, units_total, units_available, created_at, updated_at)
     select $1, ('01990000-0000-7000-8000-' || ($2::bigint + number))::uuid, 'Camera', 'Camera ' || number, 'AVAILABLE', 1, 1, now(), now()
     from generate_series(0, $3::int - 1) as number`,
    [orgId, FIRST, resources],
  )
  await sql(
    `insert into inventory.resource_unit
       (org_id, id, resource_id, barcode, condition, status, created_at, updated_at)
     select $1, ('01990000-0000-7000-9000-' || ($2::bigint + number))::uuid,
       ('01990000-0000-7000-8000-' || ($2::bigint + number))::uuid, 'unit ' || number, 'GOOD', 'AVAILABLE', now(), now()
     from generate_series(0, $3::int - 1) as number`,
    [orgId, FIRST, resources],
  )
  await sql('vacuum analyze inventory.resource, inventory.resource_unit')
}

/** Writes approved bookings of an hour each, spread over the units, one after the other into the future from `from` on. */
export async function fillBookings(
  { sql }: Bench,
  filling: { orgId: string; userId: string; bookings: number; units: number; from: Date },
): Promise<void> {
  const { orgId, userId, bookings, units, from } = filling
  const numbered = `
    select number, ('01980000-0000-7000-8000-' || ($2::bigint + number))::uuid as booking_id,
      ('01980000-0000-7000-9000-' || ($2::bigint + number))::uuid as item_id,
      ('01990000-0000-7000-8000-' || ($2::bigint + number % $3))::uuid as resource_id,
      ('01990000-0000-7000-9000-' || ($2::bigint + number % $3))::uuid as unit_id,
      $5::timestamptz + (number / $3) * interval '2 hours' as start_at
    from generate_series(0, $4::int - 1) as number`
  const params = [orgId, FIRST, units, bookings, from]
  await sql(
    `insert into booking.booking (org_id, id, requester_user_id, status, start_at, end_at, created_at, updated_at)
     select $1, booking_id, $6, 'APPROVED', start_at, start_at + interval '1 hour', now() - (number || ' ms')::interval, now() from (${numbered}) as n`,
    [...params, userId],
  )
  await sql(
    `insert into booking.booking_item (org_id, id, booking_id, position, resource_id, resource_unit_id, pinned)
     select $1, item_id, booking_id, 0, resource_id, unit_id, false from (${numbered}) as n`,
    params,
  )
  await sql(
    `insert into booking.occupancy (org_id, item_id, booking_id, resource_id, unit_id, during, pinned)
     select $1, item_id, booking_id, resource_id, unit_id, tstzrange(start_at, start_at + interval '1 hour'), false from (${numbered}) as n`,
    params,
  )
  await sql('vacuum analyze booking.booking, booking.booking_item, booking.occupancy')
}

/** Writes events that look like those of a busy year. Their chain is not one: nothing here verifies it. */
export async function fillAudit({ sql }: Bench, orgId: string, events: number): Promise<void> {
  await sql(
    `insert into audit.audit_event (org_id, seq, id, actor_user_id, entity_type, entity_id, action, before_json,
       after_json, at, received_at, request_id, service, trace_id, prev_hash, hash, canonical)
     select $1, 1000000 + number, ('01970000-0000-7000-8000-' || ($2::bigint + number))::uuid, $1, 'Booking',
       '01980000-0000-7000-8000-' || ($2::bigint + number), 'CREATE', null,
       jsonb_build_object('status', 'PENDING', 'purpose', 'event ' || number), now() - (number || ' s')::interval,
       now(), 'bench', 'booking', null, sha256('before'), sha256('after'), '{}'
     from generate_series(0, $3::int - 1) as number`,
    [orgId, FIRST, events],
  )
  await sql('vacuum analyze audit.audit_event')
}
