import { expect } from '@jest/globals'
import type { SeededRandom } from '@kitroom/testing'

import type { Judged } from '../history/under-load.ts'
import { say } from './say.ts'

/** Tells what a fault did to a load, and insists that clients were told no lie. */
export function requireHonest(
  about: string,
  { seed }: SeededRandom,
  { summary, auditAfterMs, violations }: Judged,
): void {
  say(`${about} (seed ${seed}): ${summary}; audit complete after ${auditAfterMs} ms`)
  expect(violations).toEqual([])
}
