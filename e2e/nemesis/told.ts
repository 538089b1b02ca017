import { expect } from '@jest/globals'
import { scaled, type SeededRandom } from '@kitroom/testing'

import type { Judged } from '../history/under-load.ts'
import { say } from './say.ts'

/** So many changes are done, and this part of all: a load that is refused everything has shown nothing. */
const LEAST_DONE = 5
const PART_DONE = scaled(0, 0.05)

/** How many of so many whom a fault does not concern may be turned away: on a machine that is busy with other tests, some. */
export const turnedAway = (of: number): number => scaled(Math.ceil(of / 5), 0)

/** Tells what a fault did to a load, and insists that it was one and clients were told no lie. */
export function requireHonest(
  about: string,
  { seed }: SeededRandom,
  { operations, summary, auditAfterMs, violations }: Judged,
): void {
  say(`${about} (seed ${seed}): ${summary}; audit complete after ${auditAfterMs} ms`)
  expect(violations).toEqual([])
  const changes = operations.filter(({ sent }) => sent.method !== 'GET')
  const done = changes.filter(({ outcome }) => outcome === 'ok')
  expect(done.length).toBeGreaterThanOrEqual(Math.max(LEAST_DONE, changes.length * PART_DONE))
}
