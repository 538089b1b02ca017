import { brokenRule } from './broken-rule.ts'

/** How much one person may have at a time, in bookings PENDING, APPROVED or CHECKED_OUT; null: any number. */
export interface Quota {
  readonly activeBookings: number | null
  readonly units: number | null
}

/** Bookings that are active and the units in them. */
export interface Holdings {
  readonly activeBookings: number
  readonly units: number
}

/** Whether there is anything to count. */
export const limits = ({ activeBookings, units }: Quota): boolean => activeBookings !== null || units !== null

/**
 * Judges only what is added to: whoever is above a quota that was lowered meanwhile may still change the rest.
 * @throws Failure policy-violated
 */
export function requireQuota(role: string, quota: Quota, present: Holdings, added: Holdings): void {
  const bookings = present.activeBookings + added.activeBookings
  if (quota.activeBookings !== null && added.activeBookings > 0 && bookings > quota.activeBookings) {
    throw brokenRule(`A ${role} may have ${quota.activeBookings} active bookings at a time.`, {
      rule: 'quotas.active_bookings',
      limit: quota.activeBookings,
      actual: bookings,
      role,
    })
  }
  const units = present.units + added.units
  if (quota.units !== null && added.units > 0 && units > quota.units) {
    throw brokenRule(`A ${role} may have ${quota.units} units in active bookings at a time.`, {
      rule: 'quotas.units',
      limit: quota.units,
      actual: units,
      role,
    })
  }
}
