/** What polling saw of a change: how long after its answer the state before it still showed, and how often it looked. */
export interface InForce {
  ms: number
  polls: number
}

/**
 * Asks again and again while a change is made, and goes on for a while after it.
 * @param stillBefore true for an answer of the state before the change
 */
export async function inForceAfter(watch: {
  ask: () => Promise<number>
  stillBefore: (status: number) => boolean
  act: () => Promise<void>
  forMs: number
  polls: number
}): Promise<InForce> {
  const change = { doneAt: Infinity }
  let [lastBefore, polls] = [-Infinity, 0]
  const goesOn = () => polls < watch.polls || performance.now() < change.doneAt + watch.forMs

  const poll = async () => {
    while (goesOn()) {
      const askedAt = performance.now()
      const status = await watch.ask()
      if (stillCounts(askedAt)) polls += 1
      if (watch.stillBefore(status)) lastBefore = Math.max(lastBefore, askedAt)
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
