import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'

import { type Exit, exitOf, stopChild, type StopStep } from './child-process.ts'

/** A server started as a child process. */
export interface ServerProcess {
  readonly pid: number
  /** Settles when the process has ended, for whatever reason. */
  readonly exited: Promise<Exit>
  /** Stops it in good order, and by force when it does not; resolves when it is gone. May be called again. */
  stop(): Promise<void>
}

export interface ServerProgram {
  /** What people call it in messages. */
  name: string
  command: string
  args: string[]
  cwd: string
  user: { uid?: number; gid?: number }
  /** Asked at each line of its log, and between them with an empty one, since not every server says it there. */
  isReady: (line: string, pid: number) => boolean
  onLog?: ((line: string) => void) | undefined
}

const START_MS = 60_000
const ASK_AGAIN_MS = 50
/** Each signal is given its time before the next; the last cannot be refused. */
const STOP_STEPS: StopStep[] = [
  { signal: 'SIGINT', ms: 15_000 },
  { signal: 'SIGQUIT', ms: 5_000 },
  { signal: 'SIGKILL', ms: 5_000 },
]

/**
 * Starts a server and waits until it is ready.
 *
 * It runs in a process group of its own, so that Ctrl-C in a terminal reaches only us and we choose the order of
 * stopping, and under a guard that stops it when this process dies without a chance to do so.
 * @throws Error with the last lines of the log when it ends or stays silent instead
 */
export async function startServer(program: ServerProgram): Promise<ServerProcess> {
  const child = spawn(program.command, program.args, {
    cwd: program.cwd,
    ...program.user,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = exitOf(child)
  if (child.pid === undefined) {
    throw new Error(`${program.name} cannot be started from ${program.command}.`, {
      cause: await ended.catch((error: unknown) => error),
    })
  }
  const guard = stopWithUs(child.pid)
  const exited = ended.finally(() => guard.kill('SIGKILL'))
  const server: ServerProcess = { pid: child.pid, exited, stop: () => stopChild(child, exited, STOP_STEPS) }
  try {
    await ready(child, child.pid, program, exited)
  } catch (error) {
    await server.stop()
    throw error
  }
  return server
}

async function ready(
  child: ChildProcess,
  pid: number,
  program: ServerProgram,
  exited: Promise<Exit>,
): Promise<void> {
  const last: string[] = []
  const isReady = Promise.withResolvers<void>()
  const ask = (line: string) => {
    if (program.isReady(line, pid)) isReady.resolve()
  }
  for (const output of [child.stdout, child.stderr]) {
    if (output === null) continue
    createInterface({ input: output }).on('line', (line) => {
      if (last.push(line) > 20) last.shift()
      program.onLog?.(line)
      ask(line)
    })
  }
  const asking = setInterval(ask, ASK_AGAIN_MS, '')
  const timeout = new AbortController()
  const outcome = await Promise.race([
    isReady.promise.then(() => undefined),
    exited.then(({ code, signal }) => `ended before it was ready (${signal ?? `code ${String(code)}`})`),
    delay(START_MS, `was not ready after ${START_MS / 1000} s`, { signal: timeout.signal, ref: false }),
  ])
  timeout.abort()
  clearInterval(asking)
  if (outcome === undefined) return
  // Its last words may still be in the pipe.
  await delay(100)
  throw new Error([`${program.name} ${outcome}. It said:`, ...last].join('\n'))
}

/**
 * A shell that waits for the end of its standard input, which comes when this process ends in any way,
 * and then stops the server. It costs less than a megabyte.
 */
function stopWithUs(pid: number): ChildProcess {
  const guard = spawn('/bin/sh', ['-c', 'read -r _; kill -s INT "$1"', 'guard', String(pid)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  guard.unref()
  return guard
}
