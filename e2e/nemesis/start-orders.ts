import { setTimeout as delay } from 'node:timers/promises'

import type { SeededRandom } from '@kitroom/testing'

import type { TestSystem } from '../test-system.ts'
import { well } from './faults.ts'

type Member = keyof TestSystem['processes']

const MEMBERS = ['postgres', 'nats', 'gateway', 'auth', 'inventory', 'booking', 'audit'] as const

export function shuffled(random: SeededRandom): Member[] {
  const left: Member[] = [...MEMBERS]
  return MEMBERS.map(() => left.splice(random.below(left.length), 1)[0] as Member)
}

/**
 * Stops everything and starts it again one after the other.
 * @returns how long after the last start everything was well
 * @throws Error when a process did not wait but ended
 */
export async function startInOrder(
  system: TestSystem,
  order: readonly Member[],
  pauseMs: number,
): Promise<number> {
  for (const name of MEMBERS.toReversed()) await system.processes[name]?.stop()
  const started = new Map<Member, number | undefined>()
  for (const name of order) {
    await system.processes[name]?.start()
    started.set(name, system.processes[name]?.pid)
    await delay(pauseMs)
  }
  const ready = await well(system)
  for (const [name, pid] of started) {
    if (system.processes[name]?.pid !== pid) throw new Error(`${name} ended while it should have waited.`)
  }
  return ready
}
