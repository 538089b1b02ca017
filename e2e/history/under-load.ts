import type { SeededRandom } from '@kitroom/testing'

import type { Person } from '../client.ts'
import { auditIsSettled, type TestSystem } from '../test-system.ts'
import { finalState } from './final-state.ts'
import { type History, newHistory, send } from './history.ts'
import { type Repetition, violations } from './judge.ts'
import { runLoad, type Scene, setScene } from './load.ts'
import { type Heard, type Operation, outcomeOf } from './operation.ts'

export interface Judged {
  /** As they were heard the first time. */
  operations: Operation[]
  violations: string[]
  /** In a line: how many calls had which outcome. */
  summary: string
  /** How long it took after the end until the audit was complete. */
  auditAfterMs: number
}

export interface LoadOptions {
  random: SeededRandom
  perSecond?: number
  clients?: number
  /** How soon after the load the audit must be complete; it fails otherwise. */
  auditWithinMs?: number
}

/**
 * Lets something happen to the system while clients work on it, then compares what they were told with what is stored.
 * They go on until it is over, or are told to rest. What they do not know they ask for again with the same key, and what they know too.
 */
export async function underLoad(
  system: TestSystem,
  { random, perSecond = 25, clients = 8, auditWithinMs = 90_000 }: LoadOptions,
  happens: (history: History, scene: Scene, rest: () => Promise<void>) => Promise<unknown>,
): Promise<Judged> {
  const scene = await setScene(system.url, system.bootstrapToken)
  const history = newHistory(system.url)
  const stopping = new AbortController()
  const load = runLoad(scene, history, random, { clients, perSecond, until: stopping.signal })
  const rest = async () => {
    stopping.abort()
    await load
  }
  try {
    await happens(history, scene, rest)
  } finally {
    await rest()
  }
  return judged(system, scene, history, auditWithinMs)
}

async function judged(
  system: TestSystem,
  scene: Scene,
  history: History,
  auditWithinMs: number,
): Promise<Judged> {
  const whoSent = senders(scene)
  const operations = await fewAtOnce(history.operations, async (operation) => {
    if (operation.outcome !== 'info' || operation.sent.key === undefined) return operation
    const heard = await persistently(system.url, whoSent(operation), operation)
    const before = operation.heard === undefined ? {} : { heardBefore: operation.heard }
    return { ...operation, ...before, heard, outcome: outcomeOf(heard), completed: performance.now() }
  })
  // Whoever was turned away at the door has not been heard, and would be now.
  const isHeard = ({ outcome, heard }: Operation) => outcome !== 'info' && heard?.status !== 401
  const known = operations.filter((operation) => operation.sent.key !== undefined && isHeard(operation))
  const repetitions = await fewAtOnce(known, async (operation): Promise<Repetition> => {
    return { operation, again: await persistently(system.url, whoSent(operation), operation) }
  })
  const ended = performance.now()
  await auditIsSettled(system, auditWithinMs)
  const auditAfterMs = Math.round(performance.now() - ended)
  const state = await finalState(system, scene.admin.orgId, async () => {
    const { body } = await scene.admin.send('GET', '/audit/verify')
    return (body as unknown as { verified: boolean }).verified
  })
  const counts = Map.groupBy(history.operations, ({ outcome }) => outcome)
  const summary = ['ok', 'fail', 'info'].map((outcome) => {
    return `${counts.get(outcome as Operation['outcome'])?.length ?? 0} ${outcome}`
  })
  return {
    operations: history.operations,
    violations: violations(operations, state, repetitions),
    summary: `${history.operations.length} calls: ${summary.join(', ')}; ${repetitions.length} repeated`,
    auditAfterMs,
  }
}

const AT_ONCE = 4

/** All at once would be a rush that opens every breaker, and keeps it open. */
async function fewAtOnce<From, To>(all: readonly From[], work: (one: From) => Promise<To>): Promise<To[]> {
  const queue = all.entries()
  const results: To[] = []
  const worker = async () => {
    for (const [at, one] of queue) results[at] = await work(one)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  return results
}

/** Whoever asks for the second time must be who asked for the first. */
function senders({ staff, student }: Scene): (operation: Operation) => Person {
  const people = [...staff, student]
  return ({ by }) => people.find(({ id }) => id === by) ?? student
}

/** Asks again until it is told something; a mistake of ours is something, too. */
async function persistently(url: string, who: Person, { sent }: Operation): Promise<Heard> {
  for (let tries = 0; tries < 240; tries++) {
    const heard = await send(url, who, sent)
    if (heard !== undefined && (heard.status === 500 || outcomeOf(heard) !== 'info')) return heard
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
  throw new Error(`no answer to ${sent.method} ${sent.path}, however often it was asked for`)
}
