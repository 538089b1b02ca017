import { randomInt } from 'node:crypto'

const {
  KITROOM_TEST_SCALE: scale,
  KITROOM_TEST_SEED: seedGiven,
  KITROOM_TEST_SEED_FROM: firstSeed,
} = process.env

/** How much a test does: `short` in `npm test`; `full`, what docs/reliability.md asks for, in `npm run test:faults`. */
export const scaled = <T>(short: T, full: T): T => (scale === 'full' ? full : short)

/**
 * A limit of time: as given in the full form, which has the machine to itself; ten times as long in the short one, which runs
 * beside other tests on whatever machine there is, and sees only that something ends at all.
 */
export const timeLimit = (limit: number): number => scaled(10 * limit, limit)

/** Random choices that the same seed makes again. */
export interface SeededRandom {
  readonly seed: number
  /** From 0 to below 1. */
  next(): number
  /** A whole number from 0 to below `end`. */
  below(end: number): number
  /** @throws Error when there is nothing to choose from */
  pick<T>(choices: readonly T[]): T
}

const given = (seed: string | undefined) => (seed === undefined ? undefined : Number(seed))

/** `KITROOM_TEST_SEED` is a person's wish; the run makes one up otherwise, and a test that is run alone too. */
const FIRST = given(seedGiven) ?? given(firstSeed) ?? randomInt(2 ** 31)

/** So many seeds for a test that is repeated by each of them; the one of `KITROOM_TEST_SEED` alone where it is set. */
export const seeds = (count: number): number[] =>
  seedGiven === undefined ? Array.from({ length: count }, (_, at) => FIRST + at) : [FIRST]

/** Takes the seed of the run; whoever uses it prints it. */
export function seededRandom(seed = FIRST): SeededRandom {
  let state = seed
  // mulberry32: small, and good enough to spread choices.
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (end: number) => Math.floor(next() * end)
  return {
    seed,
    next,
    below,
    pick(choices) {
      if (choices.length === 0) throw new Error('There is nothing to choose from.')
      return choices[below(choices.length)] as (typeof choices)[number]
    },
  }
}
