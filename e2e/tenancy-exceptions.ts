import { SERVICES } from '@kitroom/contracts'

/** Policies with another condition than the tenant’s, and why. */
export const OTHER_POLICIES: Record<string, string> = {
  'auth.organization tenant': 'its id is its org_id',
  'auth.app_user seen': 'an account is seen where its holder has a role (decision 0006)',
  'inventory.resource search': 'for resources_matching alone, which names the tenant itself (decision 0007)',
}

/** Foreign keys between tenants’ tables that do not join the organisation with itself, and why. */
export const OTHER_REFERENCES: Record<string, string> = {
  'auth.membership_home_org_id_user_id_fkey': 'to the account in its home organisation (decision 0006)',
}

/** Unique indexes that organisations share, and why. */
export const UNIQUE_ACROSS: Record<string, string> = {
  'auth.organization_pkey': 'its id is its org_id',
  'auth.app_user_id': 'one account in the whole installation (contract)',
  'auth.app_user_email': 'one account in the whole installation (contract)',
  'auth.refresh_token_digest': 'looked up before its owner is known',
  ...Object.fromEntries(
    SERVICES.flatMap((service) => [
      [`${service}.outbox_pkey`, 'the order in which the relay sends, across organisations'],
      [`${service}.outbox_id_key`, 'confirmed by id, across organisations'],
    ]),
  ),
}

/** Functions with their owner’s rights, and why. */
export const DEFINERS: Record<string, string> = {
  'inventory.resources_matching': 'an index that row level security would not use (decision 0007)',
}

/** Tables from which a service itself deletes rows, and why; all else is kept or left to jobs. */
export const DELETING: Record<string, string> = {
  'auth.user_role': 'a role is held or not; the audit remembers',
  'booking.booking_item': 'items of a booking that is not out yet may change',
  'booking.freed_resource': 'a queue',
  'booking.occupancy': 'a unit is taken or not',
  'booking.offer_item': 'what an offer holds while it stands',
  'inventory.resource_tag': 'a resource has a tag or not',
  'inventory.tag': 'a name and nothing else',
}
