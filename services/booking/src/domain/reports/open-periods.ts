import type { Period } from '../period.ts'
import { localDate, plusDays } from '../rules/time/local-time.ts'
import { type DeskCalendar, openingsOn } from '../rules/time/opening.ts'

/**
 * When the desk is open on each local day that a period touches, in order and not cut to the period.
 * @returns null when it is always open
 */
export function openPeriods(calendar: DeskCalendar, { startAt, endAt }: Period): Period[] | null {
  const { timezone, openingHours, closures } = calendar
  if (openingHours === null && closures.length === 0) return null
  const open: Period[] = []
  const last = localDate(timezone, endAt)
  for (let date = localDate(timezone, startAt); date <= last; date = plusDays(date, 1)) {
    open.push(...openingsOn(calendar, date))
  }
  return open
}
