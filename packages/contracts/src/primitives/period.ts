import type { z } from 'zod'

const DAY = 24 * 60 * 60 * 1000

/** The longest booking and the longest window of a question, in days. */
export const MAX_DAYS = 366

/**
 * Checks that a half-open interval is not empty and lasts at most `maxDays` days of 24 hours, when both its ends are
 * given. The objection points at the end.
 */
export const interval =
  <From extends string, To extends string>(from: From, to: To, maxDays = Infinity) =>
  (value: { [Key in From | To]?: Date | undefined }, context: z.core.$RefinementCtx): void => {
    const [start, end] = [value[from], value[to]]
    if (!start || !end) return
    const refuse = (message: string) => context.addIssue({ code: 'custom', path: [to], message })
    const lasts = end.getTime() - start.getTime()
    if (lasts <= 0) refuse(`\`${to}\` must be after \`${from}\`.`)
    else if (lasts > maxDays * DAY) refuse(`\`${to}\` may be at most ${maxDays} days after \`${from}\`.`)
  }
