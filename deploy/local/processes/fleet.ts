import type { ServerProcess } from '@kitroom/local-servers'

import { keepRunning, type KeptProcess } from './keep-running.ts'
import { endOf } from './log-file.ts'

/** One process of the system. */
export interface Member {
  name: string
  first: ServerProcess
  /** How to start it again. */
  again: () => ServerProcess | Promise<ServerProcess>
  logFile: string
}

/** The processes of the system, in layers that lean on those before them. */
export interface Fleet {
  add: (layer: Member[]) => void
  /** Does something that needs all of them: rejects with the end of its log when one ends meanwhile. */
  whileAlive: (work: (signal: AbortSignal) => Promise<void>) => Promise<void>
  /** From now on a process that ends is started again. */
  keep: (say: (line: string) => void) => Record<string, KeptProcess>
  /** Stops the layers one after the other, the last one first. */
  stop: () => Promise<void>
}

export function newFleet(): Fleet {
  const layers: Member[][] = []
  let kept: Record<string, KeptProcess> = {}
  return {
    add: (layer) => layers.push(layer),
    whileAlive: async (work) => {
      const dead = new AbortController()
      try {
        await Promise.race([work(dead.signal), ...layers.flat().map(death)])
      } finally {
        dead.abort()
      }
    },
    keep: (say) => {
      const keep = (member: Member) => keepRunning({ ...member, start: member.again, say })
      kept = Object.fromEntries(layers.flat().map((member) => [member.name, keep(member)]))
      return kept
    },
    stop: async () => {
      for (const layer of layers.toReversed()) {
        await Promise.all(layer.map(({ name, first }) => (kept[name] ?? first).stop()))
      }
    },
  }
}

async function death({ name, first, logFile }: Member): Promise<never> {
  const { code, signal } = await first.exited
  throw new Error(
    `${name} ended (${signal ?? `code ${String(code)}`}). The end of ${logFile}:\n${endOf(logFile)}`,
  )
}
