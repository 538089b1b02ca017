import { setTimeout as pause } from 'node:timers/promises'

/** What polling saw of a change: how long after its answer the state before it still showed, and how often it looked. */
export interface InForce {
  ms: number
  polls: number
}

/** Longer than anything takes to be in force. */
const GIVEN_UP_MS = 60_000

/**
 * Asks again and again while a change is made, and goes on for a while after the state before it was seen for the last time.
 * @param stillBefore true for an answer of the state before the change
 * @param everyMs between two questions, of each of two who ask
 */
export async function inForceAfter(watch: {
  ask: () => Promise<number>
  stillBefore: (status: number) => boolean
  act: () => Promise<void>
  forMs: number
  polls: number
  everyMs: number
}): Promise<InForce> {
  const change = { doneAt: Infinity }
  let [lastBefore, polls] = [-Infinity, 0]
  const goesOn = () => {
    const now = performance.now()
    const isQuiet = now > Math.max(change.doneAt, lastBefore) + watch.forMs
    return now < change.doneAt + GIVEN_UP_MS && (polls < watch.polls || !isQuiet)
  }

  const poll = async () => {
    while (goesOn()) {
      const askedAt = performance.now()
      const status = await watch.ask()
      if (stillCounts(askedAt)) polls += 1
      if (watch.stillBefore(status)) lastBefore = Math.max(lastBefore, askedAt)
      await pause(watch.everyMs)
    }
  }
  const stillCounts = (askedAt: number) => askedAt >= change.doneAt

  if (!watch.stillBefore(await watch.ask())) throw new Error('The state before the change does not hold.')
  const polling = Promise.all([poll(), poll()])
  await watch.act()
  change.doneAt = performance.now()
  await polling
  return { ms: Math.max(0, Math.round(lastBefore - change.doneAt)), polls }
}
