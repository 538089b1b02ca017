import { z } from 'zod'

const CURRENCIES = new Set(Intl.supportedValuesOf('currency'))

/** An ISO 4217 code in capitals. */
export const Currency = z
  .string()
  .regex(/^[A-Z]{3}$/, 'Write a currency as three capitals, such as EUR.')
  .refine((code) => CURRENCIES.has(code), 'ISO 4217 has no such currency.')

/** An IANA time zone, kept as sent. Bare offsets such as `+01:00` are refused: they know no summer time. */
export const TimeZone = z
  .string()
  .max(64, 'Write at most 64 characters.')
  .refine(isTimeZone, 'Write a time zone of the IANA database, such as Europe/Zurich.')
  .meta({ examples: ['Europe/Zurich', 'UTC'] })

function isTimeZone(zone: string): boolean {
  if (!/^[A-Za-z]/.test(zone)) return false
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone })
    return true
  } catch {
    return false
  }
}
