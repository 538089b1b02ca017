import { setTimeout as delay } from 'node:timers/promises'

/** What a steady stream of requests met. */
export interface Met {
  /** How often each status came; 0 for no answer. */
  statuses: Map<number, number>
  /** The slowest answer of the quickest 99 of 100. */
  p99Ms: number
  sent: number
}

/** Sends so many requests each second, whether or not those before were answered, until it is stopped. */
export function steadyLoad(
  perSecond: number,
  ask: (turn: number) => Promise<number>,
): { stop: () => Promise<Met> } {
  const began = performance.now()
  const statuses = new Map<number, number>()
  const times: number[] = []
  const running = new Set<Promise<void>>()
  const order = { stop: false }

  const one = async (turn: number) => {
    const at = performance.now()
    const status = await ask(turn).catch(() => 0)
    times.push(performance.now() - at)
    statuses.set(status, (statuses.get(status) ?? 0) + 1)
  }
  const sending = (async () => {
    for (let turn = 0; !order.stop; turn += 1) {
      await delay(Math.max(0, began + (turn * 1_000) / perSecond - performance.now()))
      const request = one(turn).finally(() => running.delete(request))
      running.add(request)
    }
  })()

  return {
    async stop() {
      order.stop = true
      await sending
      await Promise.all(running)
      times.sort((a, b) => a - b)
      return {
        statuses,
        p99Ms: Math.round(times[Math.ceil(times.length * 0.99) - 1] ?? 0),
        sent: times.length,
      }
    },
  }
}
