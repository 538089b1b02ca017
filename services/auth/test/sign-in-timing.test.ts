import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { scaled, seededRandom } from '@kitroom/testing'

import { difference, median } from './mann-whitney.ts'
import { newEmail, type RunningAuth, runningAuth } from './running-auth.ts'

const ACCOUNTS = 20
const TRIALS = scaled(40, 2_000)

let auth: RunningAuth
let emails: string[]
beforeAll(async () => {
  auth = await runningAuth({ loginFailuresPerAddress: 1_000_000 })
  const founded = await auth.found()
  emails = await Promise.all(
    Array.from({ length: ACCOUNTS }, async () => (await auth.addMember(founded, ['student'])).email),
  )
})
afterAll(async () => {
  await auth[Symbol.asyncDispose]()
})

let networks = 0
/** A new address each time: no limit is met, and no account has more failures behind it than another. */
const newAddress = () => {
  networks += 1
  return `10.${(networks >> 16) & 255}.${(networks >> 8) & 255}.${networks & 255}`
}

async function timed(email: string): Promise<number> {
  const began = performance.now()
  const { status } = await auth.signIn(email, 'not the password', newAddress())
  const took = performance.now() - began
  expect(status).toBe(401)
  return took
}

describe('the time a failed sign-in takes', () => {
  it(
    'does not tell whether there is such an account',
    async () => {
      const random = seededRandom()
      for (let warm = 0; warm < 20; warm += 1) await timed(warm % 2 === 0 ? newEmail() : emails[0]!)
      const took = { known: [] as number[], unknown: [] as number[] }
      for (let trial = 0; trial < TRIALS; trial += 1) {
        const sides =
          random.below(2) === 0 ? (['known', 'unknown'] as const) : (['unknown', 'known'] as const)
        for (const side of sides) {
          took[side].push(await timed(side === 'known' ? random.pick(emails) : newEmail()))
        }
      }
      const [known, unknown] = [median(took.known), median(took.unknown)]
      const { p } = difference(took.known, took.unknown)
      console.log(
        `known ${known.toFixed(2)} ms, unknown ${unknown.toFixed(2)} ms, p ${p.toFixed(3)}, seed ${random.seed}`,
      )
      // Few trials on a busy machine see only what is gross: a hash left out would be ten times faster.
      expect(Math.abs(known - unknown)).toBeLessThan(scaled(Math.max(known, unknown) / 2, 1))
      expect(p).toBeGreaterThan(scaled(0.000_01, 0.01))
    },
    scaled(120_000, 600_000),
  )
})
