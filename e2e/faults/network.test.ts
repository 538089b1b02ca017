import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'

import { beforeAll, describe, expect, it } from '@jest/globals'
import { type Cable, scaled, seededRandom, timeLimit } from '@kitroom/testing'

import type { Person } from '../client.ts'
import { type Scene, setScene } from '../history/load.ts'
import { underLoad } from '../history/under-load.ts'
import { cabledFor } from '../nemesis/cabled-system.ts'
import { cut, type Fault, frayed, silent, slow, well } from '../nemesis/faults.ts'
import { say } from '../nemesis/say.ts'
import { requireHonest, turnedAway } from '../nemesis/told.ts'

const random = seededRandom()
const running = cabledFor()

describe('an inventory that booking does not reach well (FLT-10)', () => {
  let scene: Scene
  let toInventory: Cable
  let hour = 100
  beforeAll(async () => {
    scene = await setScene(running.system.url, running.system.bootstrapToken)
    toInventory = running.system.cable('booking>inventory-grpc')
  })

  async function timed(who: Person, method: string, path: string, body?: object) {
    const began = performance.now()
    const { status } = await who.send(method, path, body === undefined ? {} : { body, key: randomUUID() })
    return { status, ms: performance.now() - began }
  }
  const book = () => {
    hour += 1
    const start = Date.now() + hour * 3_600_000
    const body = {
      start_at: new Date(start).toISOString(),
      end_at: new Date(start + 3_600_000).toISOString(),
      items: [{ resource_id: scene.lamps, quantity: 1 }],
    }
    return timed(scene.admin, 'POST', '/bookings', body)
  }
  /** @returns after how many milliseconds something was booked */
  const untilBooked = async () => {
    const began = performance.now()
    while ((await book()).status !== 201 && performance.now() - began < 60_000) await delay(200)
    return Math.round(performance.now() - began)
  }
  const flap = async (cable: Cable, until: AbortSignal) => {
    while (!until.aborted) {
      cable.cut()
      await delay(700)
      cable.mend()
      await delay(700)
    }
  }

  const ways: [string, (cable: Cable, over: AbortSignal) => unknown][] = [
    ['slow', (cable) => cable.delay(1_000)],
    ['half-open', (cable) => cable.silence()],
    ['refusing', (cable) => cable.cut()],
    ['flapping', flap],
  ]
  it.each(scaled(ways.slice(0, 2), ways))(
    '%s makes booking answer in time that it cannot, and nothing else',
    async (way, breaks) => {
      expect(await untilBooked()).toBeLessThan(timeLimit(20_000))
      const hits = toInventory.hits
      const over = new AbortController()
      const broken = Promise.resolve(breaks(toInventory, over.signal))
      const answers = []
      const others: number[] = []
      for (let times = 0; times < scaled(8, 40); times++) {
        const [booked, read, listed] = await Promise.all([
          book(),
          timed(scene.admin, 'GET', '/bookings'),
          timed(scene.admin, 'GET', '/tags'),
        ])
        answers.push(booked)
        others.push(read.status, listed.status)
        await delay(100)
      }
      over.abort()
      await broken
      toInventory.mend()
      const back = await untilBooked()
      const slowest = Math.round(Math.max(...answers.map(({ ms }) => ms)))
      const statuses = [...new Set(answers.map(({ status }) => status))].join()
      say(`inventory ${way}: ${statuses}, the slowest after ${slowest} ms; booked again ${back} ms after`)
      expect(toInventory.hits).toBeGreaterThan(hits)
      expect(others.filter((status) => status !== 200).length).toBeLessThanOrEqual(turnedAway(others.length))
      expect(answers.filter(({ status }) => ![201, 503, 504].includes(status))).toEqual([])
      expect(answers.some(({ status }) => status !== 201)).toBe(true)
      expect(slowest).toBeLessThan(timeLimit(2_000))
      expect(back).toBeLessThan(timeLimit(20_000))
    },
  )
})

describe('the network between two parts (FLT-12)', () => {
  const kinds: ((name: string) => Fault)[] = [cut, silent, frayed, (name) => slow(name, 500)]
  /** A way of each kind in the short form: each breaks something else. */
  const SHORT = [
    cut('booking>nats'),
    silent('booking>postgres'),
    frayed('gateway>booking'),
    slow('gateway>auth-grpc', 500),
  ]
  /** A service takes 5 s for an answer at most, and what a silence swallows breaks off before. The rest is for the machine. */
  const TOLD_WITHIN_MS = timeLimit(6_000)

  it(
    'may be cut, silent, frayed and slow: nothing hangs, nothing is told wrongly or done twice',
    async () => {
      const all = [...running.system.cables.keys()].flatMap((name) => kinds.map((kind) => kind(name)))
      const faults = scaled(SHORT, all)
      const judged = await underLoad(running.system, { random, auditWithinMs: 120_000 }, async () => {
        for (const fault of faults) {
          await fault.strike(running.system, scaled(1_500, 4_000), random)
          const after = await well(running.system)
          say(`${fault.name} (seed ${random.seed}): well ${after} ms after`)
        }
      })
      const longest = Math.round(
        Math.max(...judged.operations.map(({ invoked, completed }) => completed - invoked)),
      )
      requireHonest(`${faults.length} troubles, nobody waited longer than ${longest} ms`, random, judged)
      expect(longest).toBeLessThan(TOLD_WITHIN_MS)
    },
    scaled(200_000, 1_800_000),
  )
})
