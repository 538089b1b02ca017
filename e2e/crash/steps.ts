/** Where a request can be held up: what keeps it there, and how the statement that then waits begins. */
export interface Step {
  hold: string
  waiting: RegExp
  /**
   * All that follows, the commit too, has been sent by then: the server goes through with it whoever is gone, unless it
   * notices in between that nobody listens.
   */
  sent?: true
}

const tableOf = (table: string, mode: string) => `lock table ${table} in ${mode} mode`

/** How every keyed request ends. */
const END: Record<string, Step> = {
  'the events are written': {
    hold: tableOf('booking.outbox', 'share'),
    waiting: /insert into outbox/,
    sent: true,
  },
  'the answer is stored': {
    hold: tableOf('booking.idempotency_key', 'share'),
    waiting: /insert into idempotency_key/,
    sent: true,
  },
}

/** Where a booking can be held up, in the order in which it gets there. */
export const BOOKING: Record<string, Step> = {
  'inventory is asked': {
    hold: tableOf('inventory.resource_unit', 'access exclusive'),
    waiting: /resource_unit/,
  },
  'the key is looked up': {
    hold: tableOf('booking.idempotency_key', 'access exclusive'),
    waiting: /select fingerprint/,
  },
  'the resource is locked': {
    hold: `select pg_advisory_xact_lock(hashtextextended('booking:resource:' || $1 || ':' || $2, 0))`,
    waiting: /pg_advisory_xact_lock/,
  },
  'the occupancy is looked at': {
    hold: tableOf('booking.occupancy', 'access exclusive'),
    waiting: /from occupancy/,
  },
  'the booking is written': { hold: tableOf('booking.booking', 'share'), waiting: /insert into/, sent: true },
  'its items are written': {
    hold: tableOf('booking.booking_item', 'share'),
    waiting: /insert into/,
    sent: true,
  },
  'its history is written': {
    hold: tableOf('booking.booking_status_change', 'share'),
    waiting: /insert into/,
    sent: true,
  },
  'its units are taken': {
    hold: tableOf('booking.occupancy', 'share'),
    waiting: /insert into occupancy/,
    sent: true,
  },
  ...END,
}

/** Where a payment can be held up, in the order in which it gets there. */
export const PAYING: Record<string, Step> = {
  'its fines are locked': { hold: tableOf('booking.fine', 'exclusive'), waiting: /for update/i },
  'its receipt is numbered': {
    hold: tableOf('booking.receipt_counter', 'share'),
    waiting: /receipt_counter/,
  },
  'it is written': { hold: tableOf('booking.payment', 'share'), waiting: /insert into "booking"."payment"/ },
  'its fines change': { hold: tableOf('booking.fine', 'share'), waiting: /update "booking"."fine"/ },
  'it is joined to its fines': { hold: tableOf('booking.payment_fine', 'share'), waiting: /payment_fine/ },
  ...END,
}
