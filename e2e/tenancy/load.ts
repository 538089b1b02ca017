import type { Wire } from '../wire.ts'
import { credentialsOf } from '../wire.ts'

/** What a stream of requests heard: how often each status, and how long the answers took, in order of length. */
export interface Stream {
  statuses: Record<number, number>
  milliseconds: number[]
}

type Member = Parameters<typeof credentialsOf>[0]

/** Sends so many requests a second, in turn as each member, whether or not the earlier ones are answered. */
export async function stream(
  client: Wire,
  members: readonly Member[],
  { perSecond, seconds }: { perSecond: number; seconds: number },
): Promise<Stream> {
  const statuses: Record<number, number> = {}
  const milliseconds: number[] = []
  const one = async (member: Member) => {
    const began = performance.now()
    const { status } = await client.send({ method: 'GET', path: '/bookings', headers: credentialsOf(member) })
    milliseconds.push(performance.now() - began)
    statuses[status] = (statuses[status] ?? 0) + 1
  }
  const began = performance.now()
  const sent: Promise<void>[] = []
  for (let at = 0; at < perSecond * seconds; at += 1) {
    const due = began + (at * 1_000) / perSecond
    const wait = due - performance.now()
    if (wait > 1) await new Promise((resolve) => setTimeout(resolve, wait))
    const member = members[at % members.length]
    if (member !== undefined) sent.push(one(member))
  }
  await Promise.all(sent)
  return { statuses, milliseconds: milliseconds.toSorted((a, b) => a - b) }
}

/** The time within which 99 of 100 answers came. */
export const p99 = ({ milliseconds }: Stream): number =>
  milliseconds[Math.ceil(milliseconds.length * 0.99) - 1] ?? 0
