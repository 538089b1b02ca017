import { randomUUID } from 'node:crypto'

import { describe, expect, it } from '@jest/globals'
import type { App } from '@kitroom/local'
import { scaled, seededRandom, timeLimit } from '@kitroom/testing'

import { PASSWORD, type Person, request } from '../client.ts'
import { type History, send } from '../history/history.ts'
import type { Scene } from '../history/load.ts'
import type { Heard } from '../history/operation.ts'
import { underLoad } from '../history/under-load.ts'
import { cabledFor } from '../nemesis/cabled-system.ts'
import { natsKilled, SERVICES } from '../nemesis/faults.ts'
import { say } from '../nemesis/say.ts'
import { requireHonest } from '../nemesis/told.ts'
import { twoOffers } from '../nemesis/two-offers.ts'

const random = seededRandom()
const running = cabledFor()

const CASES = scaled<readonly (readonly [App, number])[]>(
  [
    ['gateway', -1],
    ['auth', 1],
    ['booking', 1],
  ],
  SERVICES.flatMap((service) => [[service, 1] as const, [service, -1] as const]),
)
const WRONG_MS = scaled(2_000, 20_000)

/** Something of each service that an admin may read. */
const DOORS = { auth: '/auth/me', inventory: '/tags', booking: '/bookings', audit: '/audit' } as const
type Door = keyof typeof DOORS
const ALL = Object.keys(DOORS) as Door[]
const behind = (service: App) => (service === 'gateway' ? ALL : [service])
/** Everybody asks auth who is there, and remembers it for some seconds: nobody can say who is let in meanwhile. */
const beside = (service: App) =>
  service === 'auth' ? [] : ALL.filter((door) => !behind(service).includes(door))

async function tried(who: Person, doors: readonly Door[]): Promise<number[]> {
  const answers = await Promise.all(doors.map((door) => who.send('GET', DOORS[door])))
  return answers.map(({ status }) => status)
}

async function emailOf(who: Person): Promise<string> {
  const { body } = await who.send('GET', '/auth/me')
  return (body as unknown as { email: string }).email
}

async function signIn(email: string): Promise<number> {
  const body = { email, password: PASSWORD }
  return (await request(running.system.url, 'POST', '/auth/login', { body })).status
}

const isNotBelieved = (status: number | undefined) => status === 401 || status === 503

/** A tag and a booking, each asked for with a key. Afterwards it asks for them again, and says what it is told. */
async function madeOnce(
  history: History,
  { staff: [who], cameras }: Scene,
): Promise<() => Promise<('same' | 'refused' | Heard)[]>> {
  if (who === undefined) throw new Error('nobody is there')
  const start = Date.now() + 500 * 3_600_000
  const times = { start_at: new Date(start).toISOString(), end_at: new Date(start + 3_600_000).toISOString() }
  const items = [{ resource_id: cameras, quantity: 1 }]
  const made = (what: string, path: string, mark: string, body: object) =>
    history.record(who, { client: -1, what, sent: { method: 'POST', path, key: randomUUID(), body }, mark })
  const [name, purpose] = [randomUUID(), randomUUID()]
  const first = [
    await made('tag', '/tags', name, { name }),
    await made('book', '/bookings', purpose, { ...times, purpose, items }),
  ]
  expect(first.map(({ heard }) => heard?.status)).toEqual([201, 201])
  return () =>
    Promise.all(
      first.map(async ({ sent, heard }) => {
        const again = await send(running.system.url, who, sent)
        if (again === undefined) throw new Error('no answer')
        if (isNotBelieved(again.status)) return 'refused'
        return again.replayed && again.text === heard?.text ? 'same' : again
      }),
    )
}

/** Waits until everybody is let in everywhere, with an old token and for a new one, and says how long that took. */
async function wellAgain(who: Person, email: string): Promise<number> {
  const began = performance.now()
  for (;;) {
    const answers = [...(await tried(who, ALL)), await signIn(email)]
    const ms = Math.round(performance.now() - began)
    if (answers.every((status) => status === 200)) return ms
    if (ms > 60_000) throw new Error(`not well within a minute: ${answers.join()}`)
  }
}

/** By how many seconds an event is told to be of another time than it came at, at most. */
async function auditOff({ admin }: Scene): Promise<number> {
  const [row] = await running.system.sql<{ off: number }>(
    `select max(abs(extract(epoch from received_at - at)))::float as off
     from audit.audit_event where org_id = $1`,
    [admin.orgId],
  )
  return row?.off ?? Infinity
}

describe('a service whose clock is set wrong while it runs (FLT-11)', () => {
  it.each(CASES)(
    '%s by %i h lets in nobody, ends nothing early or late, and is well within seconds',
    async (service, hours) => {
      const { system } = running
      const [shut, open]: [number[], number[]] = [[], []]
      let [lateSeconds, wellAfterMs, off] = [Infinity, Infinity, Infinity]
      const judged = await underLoad(system, { random }, async (history, scene) => {
        const { admin } = scene
        const email = await emailOf(admin)
        const again = await madeOnce(history, scene)
        const offers = await twoOffers(system, scene)
        const replays = []

        await system.clocks.set(system, service, hours)
        const began = performance.now()
        try {
          await offers.endSoon()
          await natsKilled.strike(system, 0, random)
          do {
            shut.push(...(await tried(admin, behind(service))))
            open.push(...(await tried(admin, beside(service))))
            if (service === 'gateway' || service === 'auth') shut.push(await signIn(email))
            replays.push(...(await again()))
          } while (performance.now() - began < WRONG_MS)
          lateSeconds = await offers.ended()
        } finally {
          await system.clocks.set(system, service, 0)
        }
        wellAfterMs = await wellAgain(admin, email)
        // Whatever counts by the clock when it connects again has counted from an hour that has not come.
        await natsKilled.strike(system, 0, random)
        expect(replays.filter((replay) => typeof replay !== 'string')).toEqual([])
        expect(await again()).toEqual(['same', 'same'])
        expect((await offers.accept()).status).toBe(200)
        off = await auditOff(scene)
      })
      say(
        `${service} ${hours} h: ${shut.length} refused, offer ended ${lateSeconds.toFixed(1)} s late, well after ${wellAfterMs} ms, audit ${off.toFixed(1)} s off`,
      )
      requireHonest(`${service} ${hours} h`, random, judged)
      // Only the gateway may say that it is the token which it does not believe.
      expect(shut.filter((status) => status !== 503 && !(status === 401 && service === 'gateway'))).toEqual(
        [],
      )
      expect(open.filter((status) => status !== 200 && status !== 503)).toEqual([])
      if (beside(service).length > 0) expect(open).toContain(200)
      expect(lateSeconds).toBeLessThan(timeLimit(5))
      expect(wellAfterMs).toBeLessThan(timeLimit(15_000))
      expect(off).toBeLessThan(60)
      expect(judged.auditAfterMs).toBeLessThan(timeLimit(30_000))
    },
    scaled(120_000, 300_000),
  )
})
