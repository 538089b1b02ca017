import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'

import { type CpuProfile, selfTimes } from './self-times.ts'

export interface Profile {
  /** For the processes that are profiled. */
  env: Record<string, string>
  /** Which process is which, so that each profile gets its service's name. */
  watch: (processes: Readonly<Record<string, { pid: number | undefined }>>) => void
  /** After the processes have ended: a table for each, where its time went. */
  report: () => string[]
}

const MOST = 25

/**
 * Has Node write a CPU profile of every service into a folder, one file each; they open as flame graphs in the developer
 * tools of Chromium, or in speedscope.
 */
export function profiling(folder: string): Profile {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const names = new Map<number, string>()
  return {
    env: { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${folder}` },
    watch(processes) {
      for (const [name, { pid }] of Object.entries(processes)) if (pid !== undefined) names.set(pid, name)
    },
    report() {
      const found = readdirSync(folder).flatMap((file) => {
        const name = names.get(Number(/^CPU\.\d+\.\d+\.(\d+)\./.exec(file)?.[1]))
        if (name === undefined) {
          rmSync(join(folder, file))
          return []
        }
        renameSync(join(folder, file), join(folder, `${name}.cpuprofile`))
        return [name]
      })
      return found.sort().flatMap((name) => {
        const text = readFileSync(join(folder, `${name}.cpuprofile`), 'utf8')
        const { busyMs, packages, functions } = selfTimes(JSON.parse(text) as CpuProfile)
        const table = (times: ReadonlyMap<string, number>) =>
          [...times]
            .toSorted(([, a], [, b]) => b - a)
            .slice(0, MOST)
            .map(([what, ms]) => `  ${((100 * ms) / busyMs).toFixed(1).padStart(5)} %  ${what}`)
        return [
          `${name}: busy for ${(busyMs / 1_000).toFixed(1)} s`,
          ...table(packages),
          '',
          ...table(functions),
        ]
      })
    },
  }
}
