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
    const message =
      end <= start
        ? `\`${to}\` must be after \`${from}\`.`
        : end.getTime() - start.getTime() > maxDays * DAY
          ? `\`${to}\` may be at most ${maxDays} days after \`${from}\`.`
          : undefined
    if (message !== undefined) context.addIssue({ code: 'custom', path: [to], message })
  }
