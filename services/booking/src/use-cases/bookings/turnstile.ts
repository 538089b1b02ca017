import type { WishedItem } from '@kitroom/contracts'

/** How long those who wait do so for whoever is before them, who may be kept by something that does not keep them. */
const PATIENCE_MS = 250

/** How many go on at the same time: at the locks they wait for each other, each with one of the database's connections. */
const AT_ONCE = 4

/** After so long somebody goes on whatever the others do: what keeps them may keep everybody. */
const LONGEST_WAIT_MS = 1_000

/** How long those who come are gathered for a look: it costs as much for many as for one. */
const GATHER_MS = 5

/** How long a thing is remembered as wanted: of two hundred the first is often served before the others are here. */
const REMEMBERED_MS = 100

/** Somebody who waits, and who hears why it is in vain, or nothing and goes on alone. */
interface Waiting<Wanting> {
  wanting: Wanting
  /** By `performance.now()`. */
  since: number
  goOn: (refusal: Error | undefined) => void
  over: Promise<unknown>
}

/** Those who want the same thing at present. */
interface Crowd<Wanting> {
  waiting: Waiting<Wanting>[]
  /** Who is here, being served or waiting. */
  present: Set<string>
  /** Hears that somebody waits. */
  onCome: () => void
}

export type Pass<Wanting> = <T>(
  who: { thing: string; id: string; wanting: Wanting },
  alone: () => Promise<T>,
) => Promise<T>

/**
 * Lets through whoever wants a thing that nobody else wants just now. Those who come while somebody is being served, or was
 * a moment ago, wait outside the database, where they would fill all its connections, and are then looked at together: who
 * is in vain hears so at once, the first of the others go on at the same time. A copy of somebody who is here is let
 * through, since what it is to hear is known.
 * @param inVain says of those who waited, by their place, who is refused; where it fails, nobody is and all go on
 * @param longestWaitMs after which somebody goes on in any case
 */
export function turnstile<Wanting>(
  inVain: (waiting: readonly Wanting[]) => Promise<ReadonlyMap<number, Error>>,
  longestWaitMs = LONGEST_WAIT_MS,
): Pass<Wanting> {
  const crowds = new Map<string, Crowd<Wanting>>()

  const serve = async (thing: string, crowd: Crowd<Wanting>, first: Promise<unknown>): Promise<void> => {
    await orAfter(PATIENCE_MS, first)
    await gathered(crowd)
    while (crowd.waiting.length > 0) {
      const next = crowd.waiting.splice(0)
      const refusals = await inVain(next.map(({ wanting }) => wanting)).catch(() => undefined)
      next.forEach(({ goOn }, place) => {
        const refusal = refusals?.get(place)
        if (refusal !== undefined) goOn(refusal)
      })
      const others = next.filter((_, place) => refusals?.has(place) !== true)
      const mayGoOn = ({ since }: Waiting<Wanting>, place: number) =>
        refusals === undefined || place < AT_ONCE || performance.now() - since > longestWaitMs
      const { going = [], staying = [] } = Object.groupBy(others, (one, place) =>
        mayGoOn(one, place) ? 'going' : 'staying',
      )
      crowd.waiting.unshift(...staying)
      for (const { goOn } of going) goOn(undefined)
      await orAfter(PATIENCE_MS, Promise.allSettled(going.map(({ over }) => over)))
      await gathered(crowd)
    }
    crowds.delete(thing)
  }

  return ({ thing, id, wanting }, alone) => {
    const crowd = crowds.get(thing)
    if (crowd?.present.has(id) === true) return alone()
    if (crowd === undefined) {
      const others: Crowd<Wanting> = { waiting: [], present: new Set([id]), onCome: () => undefined }
      const served = alone().finally(() => others.present.delete(id))
      crowds.set(thing, others)
      void serve(thing, others, served)
      return served
    }
    const turn = Promise.withResolvers<Error | undefined>()
    const goneOn = turn.promise.then((refusal) => {
      if (refusal !== undefined) throw refusal
      return alone()
    })
    const served = goneOn.finally(() => crowd.present.delete(id))
    crowd.present.add(id)
    crowd.waiting.push({ wanting, since: performance.now(), goOn: turn.resolve, over: served })
    crowd.onCome()
    return served
  }
}

/** What an organisation's members want together when they wish for the same, in whatever order. */
export const thingOf = (orgId: string, items: readonly WishedItem[]): string =>
  JSON.stringify([orgId, items.map((item) => Object.values(item)).sort()])

/** Where nobody waits: until somebody comes, and others with them, or the thing is no longer remembered. */
async function gathered(crowd: Crowd<unknown>): Promise<void> {
  if (crowd.waiting.length > 0) return
  const come = Promise.withResolvers<undefined>()
  crowd.onCome = () => come.resolve(undefined)
  await orAfter(REMEMBERED_MS, come.promise)
  if (crowd.waiting.length > 0) await orAfter(GATHER_MS)
}

/** Waits for something to end, however it does, or for as long as one may. */
async function orAfter(ms: number, end: Promise<unknown> = new Promise(() => undefined)): Promise<void> {
  const patience = Promise.withResolvers<undefined>()
  const timer = setTimeout(() => patience.resolve(undefined), ms)
  await Promise.race([end.catch(() => undefined), patience.promise])
  clearTimeout(timer)
}
