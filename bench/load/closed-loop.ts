import type { Heard } from './http-client.ts'

export interface LoopResult {
  /** Answers in a second. */
  rate: number
  /** Of every answer, in milliseconds. */
  latencies: number[]
}

/**
 * Keeps `clients` requests under way until the time is over; each client sends its next one when it has its answer.
 * @throws Error at the first answer of another status
 */
export async function closedLoop(wish: {
  clients: number
  seconds: number
  /** The statuses that count as an answer. */
  expected: number | readonly number[]
  send: (client: number) => Promise<Heard>
}): Promise<LoopResult> {
  const { clients, seconds, send } = wish
  const expected = [wish.expected].flat()
  const began = performance.now()
  const end = began + seconds * 1_000
  const latencies: number[] = []
  const client = async (_: unknown, index: number) => {
    while (performance.now() < end) {
      const { status, text, ms } = await send(index)
      if (!expected.includes(status))
        throw new Error(`${status} instead of ${expected.join(' or ')}: ${text.slice(0, 500)}`)
      latencies.push(ms)
    }
  }
  await Promise.all(Array.from({ length: clients }, client))
  return { rate: (latencies.length / (performance.now() - began)) * 1_000, latencies }
}
