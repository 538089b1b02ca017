import { Temporal } from 'temporal-polyfill'

const zoned = (zone: string, instant: Date) =>
  Temporal.Instant.fromEpochMilliseconds(instant.getTime()).toZonedDateTimeISO(zone)

const toDate = ({ epochMilliseconds }: { epochMilliseconds: number }) => new Date(epochMilliseconds)

/** A day of the calendar, `YYYY-MM-DD`; dates compare as texts. */
export type LocalDate = string

/** The day it is in a zone (IANA name) at an instant. */
export const localDate = (zone: string, instant: Date): LocalDate =>
  zoned(zone, instant).toPlainDate().toString()

/** What a clock on the wall shows, `YYYY-MM-DD HH:MM`: for sentences. */
export const wallClock = (zone: string, instant: Date): string =>
  zoned(zone, instant).toPlainDateTime().toString({ smallestUnit: 'minute' }).replace('T', ' ')

/** The day so many days later. */
export const plusDays = (date: LocalDate, days: number): LocalDate =>
  Temporal.PlainDate.from(date).add({ days }).toString()

/** 1 for Monday to 7 for Sunday. */
export const weekday = (date: LocalDate): number => Temporal.PlainDate.from(date).dayOfWeek

/** The same time of the day so many days later, in a zone. */
export const sameTimeDaysLater = (zone: string, instant: Date, days: number): Date =>
  toDate(zoned(zone, instant).add({ days }))

/**
 * The instant of a local time (CON-12). A time that comes twice, when clocks are put back, is its first coming: the
 * earlier offset. A time that never comes, when they are put forward, does not exist; its instant is then that of the
 * leap, the first one after it.
 * @param time `HH:MM`; `24:00` is 00:00 of the next day
 */
export function atLocalTime(zone: string, date: LocalDate, time: string): { instant: Date; exists: boolean } {
  const wished =
    time === '24:00'
      ? Temporal.PlainDate.from(date).add({ days: 1 }).toPlainDateTime()
      : Temporal.PlainDate.from(date).toPlainDateTime(time)
  const found = wished.toZonedDateTime(zone, { disambiguation: 'earlier' })
  if (found.toPlainDateTime().equals(wished)) return { instant: toDate(found), exists: true }
  return { instant: toDate(found.getTimeZoneTransition('next') ?? found), exists: false }
}
