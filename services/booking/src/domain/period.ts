import { invalid } from '@kitroom/errors'

/** A stretch of time, half-open: it holds `startAt` and every instant before `endAt`, but not `endAt` itself. */
export interface Period {
  readonly startAt: Date
  readonly endAt: Date
}

const LONGEST_PERIOD_DAYS = 366
const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS

/**
 * The period a booking asks for. A day is 24 hours here, whatever the clocks of the organisation's zone do.
 * Throws `validation-failed` at `/end_at` when it is empty, runs backwards or is longer than 366 days (CON-11).
 */
export function requirePeriod(startAt: Date, endAt: Date): Period {
  const length = endAt.getTime() - startAt.getTime()
  if (!(length > 0)) {
    throw invalid([{ pointer: '/end_at', detail: 'A booking must end after it starts.' }])
  }
  if (length > LONGEST_PERIOD_DAYS * DAY_MS) {
    throw invalid([
      { pointer: '/end_at', detail: `A booking may last ${LONGEST_PERIOD_DAYS} days at most; ask for less.` },
    ])
  }
  return { startAt, endAt }
}

/** Whether the two share an instant. Periods that only touch do not, so a unit can change hands at 12:00. */
export function overlaps(a: Period, b: Period): boolean {
  return a.startAt < b.endAt && b.startAt < a.endAt
}

/** A period with the buffer after it, for which its units are kept too. */
export function withBuffer({ startAt, endAt }: Period, bufferMinutes: number): Period {
  return { startAt, endAt: new Date(endAt.getTime() + bufferMinutes * MINUTE_MS) }
}
