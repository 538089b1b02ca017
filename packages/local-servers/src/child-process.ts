import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'

export interface Exit {
  code: number | null
  signal: NodeJS.Signals | null
}

/** A way of asking a process to end, and how long it is given. */
export interface StopStep {
  signal: NodeJS.Signals
  ms: number
}

/** Settles when the process has ended; rejects when it could not be started. */
export async function exitOf(child: ChildProcess): Promise<Exit> {
  const [code, signal] = (await once(child, 'exit')) as [Exit['code'], Exit['signal']]
  return { code, signal }
}

/** Asks a child to end, one step after the other until it does; resolves when it is gone. May be called again. */
export async function stopChild(
  child: ChildProcess,
  exited: Promise<Exit>,
  steps: StopStep[],
): Promise<void> {
  for (const { signal, ms } of steps) {
    if (!child.kill(signal)) break
    const patience = new AbortController()
    const gone = exited.then(() => true)
    const inTime = await Promise.race([gone, delay(ms, false, { signal: patience.signal })])
    patience.abort()
    if (inTime) break
  }
  await exited
}
