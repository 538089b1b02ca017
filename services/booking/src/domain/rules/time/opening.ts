import { overlaps, type Period } from '../../period.ts'
import { brokenRule } from '../broken-rule.ts'
import { atLocalTime, type LocalDate, localDate, plusDays, wallClock, weekday } from './local-time.ts'

/** Times of the day, `HH:MM`; `24:00` as a close. */
export interface Opening {
  readonly opens: string
  readonly closes: string
}

/** Days on which the desk is closed all day; both are part of it. */
export interface Closure {
  readonly from: LocalDate
  readonly to: LocalDate
  readonly reason: string
}

/** When an organisation's desk is open, in the local time of its zone. */
export interface DeskCalendar {
  /** IANA name. */
  timezone: string
  /** The openings of Monday to Sunday, each in order; null: always open. */
  openingHours: readonly (readonly Opening[])[] | null
  closures: readonly Closure[]
}

/** What of a booking happens at the desk. */
export type DeskMoment = 'start_at' | 'end_at'

const ALL_DAY: readonly Opening[] = [{ opens: '00:00', closes: '24:00' }]
/** How far it is looked for the nearest opening. */
const SEARCH_DAYS = 400
const MINUTE_MS = 60_000

const closureOn = ({ closures }: DeskCalendar, date: LocalDate): Closure | undefined =>
  closures.find(({ from, to }) => from <= date && date <= to)

const hoursOf = ({ openingHours }: DeskCalendar, date: LocalDate): readonly Opening[] =>
  openingHours === null ? ALL_DAY : (openingHours[weekday(date) - 1] ?? [])

/** A day's openings as instants, in order. One that lies in an hour the clocks leap over is none. */
function openingsOn(calendar: DeskCalendar, date: LocalDate): Period[] {
  if (closureOn(calendar, date) !== undefined) return []
  return hoursOf(calendar, date)
    .map(({ opens, closes }) => ({
      startAt: atLocalTime(calendar.timezone, date, opens).instant,
      endAt: atLocalTime(calendar.timezone, date, closes).instant,
    }))
    .filter(({ startAt, endAt }) => startAt < endAt)
}

/** When the desk is open within a period, in order; null: always. */
export function openDuring(calendar: DeskCalendar, { startAt, endAt }: Period): readonly Period[] | null {
  if (calendar.openingHours === null && calendar.closures.length === 0) return null
  const [first, last] = [localDate(calendar.timezone, startAt), localDate(calendar.timezone, endAt)]
  const openings: Period[] = []
  for (let date = first; date <= last; date = plusDays(date, 1)) {
    for (const opening of openingsOn(calendar, date)) {
      if (overlaps(opening, { startAt, endAt })) openings.push(opening)
    }
  }
  return openings.map((opening) => ({
    startAt: opening.startAt < startAt ? startAt : opening.startAt,
    endAt: opening.endAt > endAt ? endAt : opening.endAt,
  }))
}

/** A booking may start until just before closing time, and end at closing time too. */
function admits(moment: DeskMoment, { startAt, endAt }: Period, instant: Date): boolean {
  return startAt <= instant && (moment === 'end_at' ? instant <= endAt : instant < endAt)
}

/** The last instant before closing at which it may happen; starts are told to the minute. */
function lastOf(moment: DeskMoment, { startAt, endAt }: Period): Date {
  if (moment === 'end_at') return endAt
  return new Date(Math.max(startAt.getTime(), endAt.getTime() - MINUTE_MS))
}

/** The nearest instants at which it could happen; null when there is none within 400 days. */
function nearest(calendar: DeskCalendar, moment: DeskMoment, instant: Date) {
  const today = localDate(calendar.timezone, instant)
  let [before, after]: [Date | null, Date | null] = [null, null]
  for (let days = 0; days <= SEARCH_DAYS && (before === null || after === null); days++) {
    before ??=
      openingsOn(calendar, plusDays(today, -days))
        .map((opening) => lastOf(moment, opening))
        .findLast((last) => last < instant) ?? null
    after ??=
      openingsOn(calendar, plusDays(today, days))
        .map(({ startAt }) => startAt)
        .find((opens) => opens > instant) ?? null
  }
  return { before: before?.toISOString() ?? null, after: after?.toISOString() ?? null }
}

/**
 * A booking starts and ends while the desk is open; what lies between may be closed time (CON-12).
 * @throws Failure policy-violated with the nearest open instants, and the reason of a closure
 */
export function requireOpen(calendar: DeskCalendar, moment: DeskMoment, instant: Date): void {
  const { timezone } = calendar
  if (calendar.openingHours === null && calendar.closures.length === 0) return
  const date = localDate(timezone, instant)
  // The day before closes at this instant when it closes at midnight.
  const openings = [plusDays(date, -1), date].flatMap((day) => openingsOn(calendar, day))
  if (openings.some((opening) => admits(moment, opening, instant))) return

  const closure = closureOn(calendar, date)
  const what = moment === 'start_at' ? 'start' : 'end'
  const why = closure === undefined ? '' : ` (${closure.reason})`
  throw brokenRule(
    `A booking cannot ${what} at ${wallClock(timezone, instant)} (${timezone}): the desk is closed then${why}.`,
    {
      rule: closure === undefined ? 'opening_hours' : 'closures',
      limit: closure ?? hoursOf(calendar, date),
      actual: instant.toISOString(),
      field: moment,
      timezone,
      reason: closure?.reason ?? null,
      nearest: nearest(calendar, moment, instant),
    },
  )
}
