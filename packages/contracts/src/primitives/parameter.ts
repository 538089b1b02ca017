import { z } from 'zod'

/** A whole number of a query: decimal digits and nothing else, so not "1e3", "0x10", " 5", "" or "05". */
export const integerParameter = (min: number, max: number) =>
  z
    .string('Give this parameter once.')
    .transform((text, context) => {
      const value = /^(0|[1-9]\d{0,14})$/.test(text) ? Number(text) : NaN
      if (value >= min && value <= max) return value
      context.addIssue({ code: 'custom', message: `Write a whole number between ${min} and ${max}.` })
      return z.NEVER
    })
    .meta({ type: 'integer', minimum: min, maximum: max })

/** `true` or `false` in a query. */
export const BooleanParameter = z
  .string('Give this parameter once.')
  .transform((text, context) => {
    if (text === 'true' || text === 'false') return text === 'true'
    context.addIssue({ code: 'custom', message: 'Write true or false.' })
    return z.NEVER
  })
  .meta({ type: 'boolean' })

/** A parameter that may be given several times, such as `status=PENDING&status=APPROVED`; always a list after parsing. */
export const repeatable = <Value extends z.ZodType>(value: Value, max = 20) =>
  z.preprocess(
    (given): unknown[] => (Array.isArray(given) ? given : [given]),
    z.array(value).min(1).max(max, `Give this parameter at most ${max} times.`),
  )
