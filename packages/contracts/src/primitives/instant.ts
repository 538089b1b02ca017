import { z } from 'zod'

const RFC_3339 =
  /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(?:Z|([+-])(\d{2}):(\d{2}))$/i

const LAST = Date.UTC(9999, 11, 31, 23, 59, 59, 999)

/**
 * Reads an RFC 3339 time with its offset, up to ±14:00. JavaScript rolls 30 February over to March and reads dates
 * without a time; here whatever is not on the calendar or the clock, leap seconds too, is no instant. Digits beyond
 * the millisecond are cut off.
 * @returns undefined when the text is no instant of the years 1970 to 9999
 */
export function parseInstant(text: string): Date | undefined {
  const parts = RFC_3339.exec(text)
  if (!parts) return undefined
  const [year = NaN, month = NaN, day = NaN, hour = NaN, minute = NaN, second = NaN] = parts
    .slice(1, 7)
    .map(Number)
  if (year < 1970 || hour > 23 || minute > 59 || second > 59) return undefined

  const millisecond = Number((parts[7] ?? '').padEnd(3, '0').slice(0, 3))
  const written = new Date(Date.UTC(year, month - 1, day, hour, minute, second, millisecond))
  if (written.getUTCMonth() !== month - 1 || written.getUTCDate() !== day) return undefined

  const [offsetHour, offsetMinute] = [Number(parts[9] ?? 0), Number(parts[10] ?? 0)]
  const offset = offsetHour * 60 + offsetMinute
  if (offsetMinute > 59 || offset > 14 * 60) return undefined

  const instant = written.getTime() + (parts[8] === '-' ? offset : -offset) * 60_000
  return instant < 0 || instant > LAST ? undefined : new Date(instant)
}

/** A time as clients send it: RFC 3339 with any offset; a Date after parsing. */
export const Instant = z
  .string('Write a time as text, such as "2026-03-01T09:00:00.000Z".')
  .transform((text, context) => {
    const instant = parseInstant(text)
    if (instant) return instant
    context.addIssue({ code: 'custom', message: adviceOn(text) })
    return z.NEVER
  })
  .meta({ format: 'date-time', examples: ['2026-03-01T09:00:00.000Z', '2026-03-01T10:00:00+01:00'] })

function adviceOn(text: string): string {
  if (/T\d\d:\d\d:\d\d(\.\d+)? \d\d:\d\d$/i.test(text)) {
    return 'The + of an offset arrived as a space: write it as %2B in a query.'
  }
  return 'Write an existing time between 1970 and 9999 as RFC 3339 with its offset, such as 2026-03-01T09:00:00.000Z.'
}

/** A time as clients see it: UTC with milliseconds. */
export const InstantText = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/)
  .meta({ format: 'date-time', examples: ['2026-03-01T09:00:00.000Z'] })

/** The date as clients see it, `YYYY-MM-DDTHH:mm:ss.sssZ` in UTC. */
export const instantText = (date: Date): string => date.toISOString()
