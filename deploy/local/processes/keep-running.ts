import { setTimeout as delay } from 'node:timers/promises'

import type { Exit, ServerProcess } from '@kitroom/local-servers'

/** A process that is started again whenever it ends by itself. */
export interface KeptProcess {
  /** Undefined while it is down. */
  readonly pid: number | undefined
  /** Stops it for good. Returns how it ended, if it was running. */
  stop: () => Promise<Exit | undefined>
  /** Starts it again after `stop`. */
  start: () => Promise<void>
}

export interface Keeping {
  name: string
  first: ServerProcess
  start: () => ServerProcess | Promise<ServerProcess>
  /** Hears of every death and return. */
  say: (line: string) => void
  pauses?: { firstMs: number; maxMs: number; stableAfterMs: number }
}

const PAUSES = { firstMs: 1_000, maxMs: 10_000, stableAfterMs: 30_000 }

/** Keeps a process running: each restart in a row waits twice as long as the one before, up to a limit. */
export function keepRunning({ name, first, start, say, pauses = PAUSES }: Keeping): KeptProcess {
  let current: ServerProcess | undefined
  let pause = pauses.firstMs
  let stopping = new AbortController()
  let watching = watch(first, stopping.signal).catch(onlyAborts)

  async function watch(running: ServerProcess, signal: AbortSignal): Promise<never> {
    for (;;) {
      current = running
      signal.throwIfAborted()
      const since = Date.now()
      const exit = await running.exited
      current = undefined
      signal.throwIfAborted()
      say(`${name} ended (${exit.signal ?? `code ${String(exit.code)}`}).`)
      if (Date.now() - since > pauses.stableAfterMs) pause = pauses.firstMs
      running = await startAgain(signal)
      say(`${name} is running again.`)
    }
  }

  async function startAgain(signal: AbortSignal): Promise<ServerProcess> {
    for (;;) {
      say(`${name} is started again in ${pause / 1000} s.`)
      await delay(pause, undefined, { signal })
      pause = Math.min(pause * 2, pauses.maxMs)
      try {
        return await start()
      } catch (error) {
        say(`${name} did not start: ${String(error)}`)
      }
    }
  }

  return {
    get pid() {
      return current?.pid
    },
    stop: async () => {
      stopping.abort()
      const stopped = current
      await stopped?.stop()
      await watching
      // It may just have been coming back.
      await current?.stop()
      return stopped?.exited
    },
    start: async () => {
      await watching
      stopping = new AbortController()
      watching = watch(await start(), stopping.signal).catch(onlyAborts)
    },
  }
}

function onlyAborts(error: unknown): void {
  if ((error as { name?: unknown }).name !== 'AbortError') throw error
}
