import { setTimeout as delay } from 'node:timers/promises'

import { describe, expect, it } from '@jest/globals'
import { scaled, seededRandom, timeLimit } from '@kitroom/testing'

import type { Person } from '../client.ts'
import type { History } from '../history/history.ts'
import { type Judged, underLoad } from '../history/under-load.ts'
import { cabledFor } from '../nemesis/cabled-system.ts'
import { frozen, killed, LOOKS_AFTER_MS, SERVICES, well } from '../nemesis/faults.ts'
import { say } from '../nemesis/say.ts'
import { shuffled, startInOrder } from '../nemesis/start-orders.ts'
import { requireHonest, turnedAway } from '../nemesis/told.ts'

const random = seededRandom()
const running = cabledFor()

const told = (about: string, judged: Judged) => requireHonest(about, random, judged)

/** Asks another service ten times a second. */
async function probe(history: History, who: Person, path: string, until: AbortSignal): Promise<void> {
  while (!until.aborted) {
    await history.record(who, { client: -1, what: 'probe', sent: { method: 'GET', path } })
    await delay(100)
  }
}

describe('services that are killed in turn while clients work (FLT-1, FLT-2)', () => {
  it(
    'lose nothing that was told, do nothing twice, and are back within seconds',
    async () => {
      const times = scaled(1, 20)
      const victims = scaled<readonly (typeof SERVICES)[number][]>(['gateway', 'booking'], SERVICES)
      const backAfter: number[] = []
      const judged = await underLoad(running.system, { random }, async () => {
        for (let round = 0; round < times; round++) {
          for (const name of victims) {
            await delay(random.below(1_000))
            const began = performance.now()
            await killed(name).strike(running.system, 0, random)
            await well(running.system)
            backAfter.push(Math.round(performance.now() - began))
            await delay(1_000)
            say(`${name} killed (seed ${random.seed}): well after ${backAfter.at(-1)} ms`)
          }
        }
      })
      told(`${backAfter.length} kills, back after ${Math.max(...backAfter)} ms at most`, judged)
      // Without the supervisor's pause of a second, which `revive` does not wait for.
      expect(Math.max(...backAfter)).toBeLessThan(timeLimit(5_000 + LOOKS_AFTER_MS))
    },
    scaled(240_000, 1_800_000),
  )
})

describe('services that are stopped in their tracks (FLT-3)', () => {
  const FROZEN = scaled<readonly (typeof SERVICES)[number][]>(['inventory'], SERVICES)
  /** Nothing is asked of anybody without these two. */
  const isNeeded = (name: (typeof SERVICES)[number]) => name === 'gateway' || name === 'auth'
  it.each(scaled([2_000], [5_000, 30_000]))(
    'for %i ms hold up nobody else, and leave nothing behind',
    async (ms) => {
      for (const name of FROZEN) {
        const asking = new AbortController()
        const judged = await underLoad(running.system, { random }, async (history, { admin }) => {
          const path = name === 'inventory' ? '/bookings' : '/tags'
          await delay(1_000)
          const striking = frozen(name).strike(running.system, ms, random)
          const probing = probe(history, admin, path, asking.signal)
          await striking
          asking.abort()
          await probing
          await well(running.system)
        })
        const others = judged.operations.filter(({ what }) => what === 'probe')
        const took = others.map(({ invoked, completed }) => completed - invoked).toSorted((a, b) => a - b)
        const p99 = Math.round(took[Math.floor(took.length * 0.99)] ?? Infinity)
        told(`${name} frozen for ${ms} ms, p99 of ${others.length} calls to others ${p99} ms`, judged)
        if (name !== 'gateway') expect(p99).toBeLessThan(timeLimit(2_000))
        if (isNeeded(name)) continue
        const refused = others.filter(({ outcome }) => outcome !== 'ok')
        expect(refused.length).toBeLessThanOrEqual(turnedAway(others.length))
        expect(others.length).toBeGreaterThan(ms / 500)
      }
    },
    scaled(240_000, 1_800_000),
  )
})

describe('processes that start while what they need is down (FLT-13)', () => {
  it(
    'wait, in whatever order they come, and none has to be started again',
    async () => {
      const readyAfter: number[] = []
      for (let times = 0; times < scaled(1, 20); times++) {
        const order = shuffled(random)
        const ready = await startInOrder(running.system, order, scaled(200, 1_000))
        readyAfter.push(ready)
        say(`${order.join(', ')} (seed ${random.seed}): ready ${ready} ms after the last`)
      }
      expect(Math.max(...readyAfter)).toBeLessThan(timeLimit(10_000))
    },
    scaled(240_000, 1_800_000),
  )
})
