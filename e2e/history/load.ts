import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'

import { inHours, type SeededRandom } from '@kitroom/testing'

import { enrol, foundOrganization, type Person } from '../client.ts'
import type { History } from './history.ts'
import { type Operation, type Sent, type Shown, shownIn } from './operation.ts'

/** An organisation with people and things, of which there are too few for all that is asked. */
export interface Scene {
  admin: Person
  staff: Person[]
  student: Person
  /** Whom things are handed out to. */
  borrowers: Person[]
  lamps: string
  cameras: string
}

export async function setScene(url: string, bootstrapToken: string): Promise<Scene> {
  const admin = await foundOrganization(url, bootstrapToken, `University ${randomUUID()}`)
  const staff = [await enrol(url, admin, 'staff'), await enrol(url, admin, 'staff')]
  const student = await enrol(url, admin, 'student')
  const equip = async (what: string, count: number) => {
    const units = Array.from({ length: count }, (_, unit) => ({ barcode: `${what} ${unit}` }))
    const { status, body } = await admin.send('POST', '/resources', {
      body: { type: what, name: what, units },
    })
    if (status !== 201) throw new Error(`could not make ${what}: ${JSON.stringify(body)}`)
    return (body as unknown as { id: string }).id
  }
  return {
    admin,
    staff,
    student,
    borrowers: [student],
    lamps: await equip('Lamp', 3),
    cameras: await equip('Camera', 12),
  }
}

interface Known {
  bookings: Map<string, Shown>
  loans: Map<string, Shown>
  entries: Map<string, Shown>
  tags: Map<string, Shown>
}

type Call = Pick<Operation, 'what' | 'sent' | 'mark' | 'entityId'> & {
  who: Person
  /** Where what it is answered with belongs. */
  into?: Map<string, Shown>
}

/** How often each is asked for, of a hundred. */
const MIX = [
  [26, book],
  [14, read],
  [14, edit],
  [12, cancel],
  [6, approve],
  [8, handOut],
  [8, takeBack],
  [4, wait],
  [2, leave],
  [4, addTag],
  [2, renameTag],
] as const

/**
 * Clients that do everything at once, each of them one call after the other, until told to stop.
 * @param perSecond of all clients together, as long as they are answered quickly
 */
export async function runLoad(
  scene: Scene,
  history: History,
  random: SeededRandom,
  { clients, perSecond, until }: { clients: number; perSecond: number; until: AbortSignal },
): Promise<void> {
  const known: Known = { bookings: new Map(), loans: new Map(), entries: new Map(), tags: new Map() }
  const next = (): Call => {
    let left = random.below(100)
    for (const [share, make] of MIX) {
      left -= share
      if (left < 0) return make(scene, known, random) ?? book(scene, known, random)
    }
    return book(scene, known, random)
  }
  const client = async (number: number) => {
    while (!until.aborted) {
      const began = performance.now()
      const { who, into, ...call } = next()
      const done = await history.record(who, { client: number, ...call })
      const shown = shownIn(done)
      if (shown !== undefined) into?.set(shown.id, shown)
      await delay(Math.max(0, (clients * 1_000) / perSecond - (performance.now() - began)))
    }
  }
  await Promise.all(Array.from({ length: clients }, (_, number) => client(number)))
}

const keyed = (path: string, body: object = {}, ifMatch?: string): Sent => ({
  method: 'POST',
  path,
  key: randomUUID(),
  body,
  ...(ifMatch === undefined ? {} : { ifMatch }),
})
const someone = ({ staff }: Scene, random: SeededRandom) => random.pick(staff)
const one = (of: Map<string, Shown>, random: SeededRandom): Shown | undefined =>
  of.size === 0 ? undefined : random.pick([...of.values()])
const inPeriod = (random: SeededRandom) => {
  const hour = 2 + random.below(60)
  return { start_at: inHours(hour), end_at: inHours(hour + 1 + random.below(3)) }
}

function book(scene: Scene, { bookings }: Known, random: SeededRandom): Call {
  const mark = randomUUID()
  const items = [{ resource_id: scene.lamps, quantity: 1 + random.below(2) }]
  const body = { ...inPeriod(random), purpose: mark, items }
  return { who: someone(scene, random), what: 'book', sent: keyed('/bookings', body), mark, into: bookings }
}

function read(scene: Scene, { bookings }: Known, random: SeededRandom): Call | undefined {
  const booking = one(bookings, random)
  if (booking === undefined) return undefined
  const sent: Sent = { method: 'GET', path: `/bookings/${booking.id}` }
  return { who: someone(scene, random), what: 'read', sent, entityId: booking.id, into: bookings }
}

function edit(scene: Scene, { bookings }: Known, random: SeededRandom): Call | undefined {
  const booking = one(bookings, random)
  if (booking === undefined) return undefined
  const mark = randomUUID()
  const body = { purpose: mark, ...(random.next() < 0.4 ? inPeriod(random) : {}) }
  const path = `/bookings/${booking.id}`
  const sent: Sent = { method: 'PATCH', path, ifMatch: `"${booking.version}"`, body }
  return { who: someone(scene, random), what: 'edit', sent, mark, entityId: booking.id, into: bookings }
}

function step(
  scene: Scene,
  random: SeededRandom,
  [what, path]: readonly [string, string],
  of: Map<string, Shown>,
): Call | undefined {
  const object = one(of, random)
  if (object === undefined) return undefined
  const sent = keyed(`${path}/${object.id}/${what}`, {}, `"${object.version}"`)
  return { who: someone(scene, random), what, sent, entityId: object.id, into: of }
}
function cancel(scene: Scene, { bookings }: Known, random: SeededRandom): Call | undefined {
  return step(scene, random, ['cancel', '/bookings'], bookings)
}
function approve(scene: Scene, { bookings }: Known, random: SeededRandom): Call | undefined {
  return step(scene, random, ['approve', '/bookings'], bookings)
}
function takeBack(scene: Scene, { loans }: Known, random: SeededRandom): Call | undefined {
  return step(scene, random, ['return', '/bookings'], loans)
}

function handOut(scene: Scene, { loans }: Known, random: SeededRandom): Call {
  const mark = randomUUID()
  const items = [{ resource_id: scene.cameras, quantity: 1 }]
  const body = { on_behalf_of: random.pick(scene.borrowers).id, end_at: inHours(2), purpose: mark, items }
  const sent = keyed('/bookings/walk-in', body)
  return { who: someone(scene, random), what: 'hand out', sent, mark, into: loans }
}

function wait(scene: Scene, { entries }: Known, random: SeededRandom): Call {
  const items = [{ resource_id: scene.lamps, quantity: 3 }]
  const sent = keyed('/waitlist', { ...inPeriod(random), items })
  return { who: scene.student, what: 'wait', sent, into: entries }
}
function leave(scene: Scene, { entries }: Known, random: SeededRandom): Call | undefined {
  const call = step(scene, random, ['cancel', '/waitlist'], entries)
  return call === undefined ? undefined : { ...call, what: 'leave', who: scene.student }
}

function addTag(scene: Scene, { tags }: Known, random: SeededRandom): Call {
  const mark = randomUUID()
  return { who: someone(scene, random), what: 'tag', sent: keyed('/tags', { name: mark }), mark, into: tags }
}
function renameTag(scene: Scene, { tags }: Known, random: SeededRandom): Call | undefined {
  const tag = one(tags, random)
  if (tag === undefined) return undefined
  const mark = randomUUID()
  const sent: Sent = {
    method: 'PATCH',
    path: `/tags/${tag.id}`,
    ifMatch: `"${tag.version}"`,
    body: { name: mark },
  }
  return { who: someone(scene, random), what: 'rename', sent, mark, entityId: tag.id, into: tags }
}
