import { z } from 'zod'

/**
 * Text of a person: 1 to `max` characters (code points), not only white space, kept as sent. NUL and lone surrogates
 * are refused, because PostgreSQL can store neither.
 */
export const text = (max: number) => described(z.string(), max)

/** A name or label that must be found again: as `text`, normalised to NFC so that equal-looking names are equal. */
export const name = (max: number) => described(z.string().normalize('NFC'), max)

/** Text that may be absent: left out and `null` are the same, and both are `null` after parsing. */
export const optionalText = (max: number) => text(max).nullable().default(null)

function described(schema: z.ZodString, max: number) {
  return schema
    .superRefine((value, context) => {
      const objection = objectionTo(value, max)
      if (objection !== undefined) context.addIssue({ code: 'custom', message: objection })
    })
    .meta({ minLength: 1, maxLength: max, pattern: '^\\s*[^\\s\\u0000][^\\u0000]*$' })
}

function objectionTo(value: string, max: number): string | undefined {
  if (!value.isWellFormed()) return 'The text holds half of a surrogate pair, which is no character.'
  if (value.includes('\0')) return 'The text holds the NUL character, which cannot be stored.'
  if (value.trim() === '') return 'Write at least one character that is not white space.'
  if (codePoints(value) > max) return `Write at most ${max} characters.`
  return undefined
}

/** How many characters a text has as JSON Schema and PostgreSQL count them: code points. */
export function codePoints(value: string): number {
  let count = 0
  for (const _ of value) count += 1
  return count
}
