import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'

import type { System } from '@kitroom/local'
import { until } from '@kitroom/testing'

/** The services, as opposed to the servers they lean on. */
const SERVICES = ['gateway', 'auth', 'inventory', 'booking', 'audit'] as const

/** How much memory each service's process has now, in MiB. */
export function memoryOf({ processes }: Pick<System, 'processes'>): Record<string, number> {
  return Object.fromEntries(
    SERVICES.map((name) => {
      const kib = execFileSync('ps', ['-o', 'rss=', '-p', String(processes[name].pid)], { encoding: 'utf8' })
      return [name, Math.round(Number(kib) / 1024)]
    }),
  )
}

/** How many files, sockets and pipes each has open; nothing where the system does not tell. */
export function openFilesOf({ processes }: Pick<System, 'processes'>): Record<string, number> {
  if (!existsSync('/proc/self/fd')) return {}
  return Object.fromEntries(
    SERVICES.map((name) => [name, readdirSync(`/proc/${processes[name].pid}/fd`).length]),
  )
}

/** The most by which one of them has grown since. */
const growthSince = (before: Record<string, number>, now: Record<string, number>) =>
  Math.max(...Object.entries(now).map(([name, mib]) => mib / (before[name] ?? mib) - 1))

/**
 * Waits until none of them has more than a fifth beyond what it had: what a busy process keeps may be garbage that nobody
 * had time to collect, what an idle one keeps is not.
 * @throws Error when they still have after two minutes without work
 */
export async function memoryIsBack(
  system: Pick<System, 'processes'>,
  before: Record<string, number>,
): Promise<Record<string, number>> {
  return until(
    () => Promise.resolve(memoryOf(system)),
    (now) => growthSince(before, now) < 0.2,
    120_000,
  )
}
