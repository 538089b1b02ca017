import { z } from 'zod'

import { codePoints } from './text.ts'

/**
 * An e-mail address as HTML forms accept it. It is kept as the person writes it and compared without case, so it is
 * whoever stores it that makes it unique over its lower-case form.
 */
export const Email = z
  .email({ pattern: z.regexes.html5Email, error: 'Write an e-mail address, such as ada@example.edu.' })
  .max(254, 'Write at most 254 characters.')

/** A new password: 8 to 128 characters, not altered in any way. */
export const Password = secret(8)

/** A password offered at sign-in: also one that could never be chosen is merely wrong. */
export const OfferedPassword = secret(1)

function secret(min: number) {
  return z
    .string()
    .refine(
      (value) => value.isWellFormed(),
      'The password holds half of a surrogate pair, which is no character.',
    )
    .refine(
      (value) => codePoints(value) >= min && codePoints(value) <= 128,
      `Write ${min} to 128 characters.`,
    )
    .meta({ format: 'password', minLength: min, maxLength: 128 })
}
