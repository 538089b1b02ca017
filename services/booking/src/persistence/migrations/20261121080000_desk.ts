import type { SqlMigration } from '@kitroom/database'

/** A unit is with one borrower at a time, and bookings nobody came for are found. */
export const desk: SqlMigration = {
  name: '20261121080000_desk',
  up: () => `
    -- Two loans of a unit need not overlap for it to be handed out twice: one may be overdue, the other early.
    create unique index occupancy_out_once on occupancy (org_id, unit_id) where collected;
    create index booking_to_collect on booking (start_at, org_id) where status = 'APPROVED';`,
}
