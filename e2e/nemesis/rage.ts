import { setTimeout as delay } from 'node:timers/promises'

import type { SeededRandom } from '@kitroom/testing'

import type { CabledSystem } from './cabled-system.ts'
import * as faults from './faults.ts'

/** Everything a nemesis may do, servers and networks about as often as services. */
function allFaults({ cables }: Pick<CabledSystem, 'cables'>): faults.Fault[] {
  const networks = [...cables.keys()].flatMap((name) => [
    faults.cut(name),
    faults.slow(name, 500),
    faults.silent(name),
    faults.frayed(name),
  ])
  const services = faults.SERVICES.flatMap((name) => [
    faults.killed(name),
    faults.frozen(name),
    faults.wrongClock(name, 1),
    faults.wrongClock(name, -1),
  ])
  const servers = [
    faults.postgresCrashed,
    faults.postgresAway,
    faults.natsAway,
    faults.natsKilled,
    faults.natsWipedWhileStopped,
    faults.natsWipedWhileRunning,
  ]
  return [
    ...networks,
    ...[...services, ...services, ...services, ...servers, ...servers, ...servers, ...servers],
  ]
}

/**
 * One fault after the other for as long as told, at least one.
 * @param struck hears of each that has hit
 * @throws Error when one hit nothing
 */
export async function rage(
  system: CabledSystem,
  random: SeededRandom,
  forMs: number,
  struck: (fault: string) => void,
): Promise<void> {
  const all = allFaults(system)
  const end = performance.now() + forMs
  do {
    const fault = random.pick(all)
    const ms = 500 + random.below(5_000)
    await fault.strike(system, ms, random)
    struck(`${fault.name} for ${ms} ms`)
    await delay(random.below(3_000))
  } while (performance.now() < end)
}
