import { Failure } from '@kitroom/errors'

/**
 * What `If-Match` asks for (RFC 9110 §13.1.1): any version at all, or one of these; an empty list matches nothing.
 * `missing` where the header is required and absent: said only once the object is known to exist.
 */
export type ExpectedVersion = '*' | 'missing' | readonly number[]

/**
 * Compares the version a caller expects with the present one; without an expectation everything matches.
 * @throws Failure version-mismatch, if-match-required
 */
export function requireVersion(expected: ExpectedVersion | undefined, present: number): void {
  if (expected === undefined || expected === '*') return
  if (expected === 'missing') {
    throw new Failure(
      'if-match-required',
      'Send the ETag of the object in If-Match, so that no change is overwritten.',
    )
  }
  if (expected.includes(present)) return
  throw new Failure(
    'version-mismatch',
    `The object is at version ${present} now. Read it again before changing it.`,
  )
}
