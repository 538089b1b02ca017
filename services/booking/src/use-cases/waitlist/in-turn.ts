import type { Call, WishedItem } from '@kitroom/contracts'

import { thingOf, turnstile } from '../bookings/turnstile.ts'
import type { Ports } from '../ports.ts'

/** Of the five seconds that somebody has (DOS-9): who goes on then may still be answered in time. */
const LONGEST_WAIT_MS = 3_000

const nobodyIsInVain = () => Promise.resolve(new Map<number, Error>())

/** Does something that may put a member in line for things. */
export type InTurn = <T>(call: Call, items: readonly WishedItem[], enter: () => Promise<T>) => Promise<T>

/**
 * Lets those who would wait for the same things into the line a few at a time. All of them want the same lock: at once they would
 * take every connection to the database, so that nobody could do anything else, and most would give up.
 */
export function inTurn({ newId }: Pick<Ports, 'newId'>): InTurn {
  const pass = turnstile<null>(nobodyIsInVain, LONGEST_WAIT_MS)
  return ({ orgId, userId, once }, items, enter) =>
    pass({ thing: thingOf(orgId, items), id: `${userId} ${once?.key ?? newId()}`, wanting: null }, enter)
}
