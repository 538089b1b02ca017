import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'

import { exitOf, type ServerProcess, stopChild } from '@kitroom/local-servers'

import type { Environment } from '../services/service-environment.ts'
import { ALLOCATOR, SMALL_HEAP } from './heaps.ts'
import { endOf } from './log-file.ts'

export interface Program {
  /** Its folder, from which its packages are found. */
  cwd: string
  /** Node's arguments, the file among them. */
  args: string[]
  /** V8's; small unless told. */
  heap?: readonly string[]
  env: Environment
  logFile: string
}

/** What a child may know of our own environment: where things are, never our secrets or Node options. */
const INHERITED = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'TZ', 'NODE_EXTRA_CA_CERTS']

/** Compiled code is kept between starts: it halves the time the processor needs for one. */
const COMPILE_CACHE = join(import.meta.dirname, '../../../node_modules/.cache/kitroom/compiled')

/** TypeScript runs as it is, and workspace packages are taken from their sources. */
const NODE_ARGS = ['--conditions=@kitroom/source', '--disable-warning=ExperimentalWarning']

const STOP_STEPS = [
  { signal: 'SIGTERM' as const, ms: 15_000 },
  { signal: 'SIGKILL' as const, ms: 5_000 },
]

/** Starts a program that runs until it is stopped. When we are killed, its standard input ends. */
export function startProgram(program: Program): ServerProcess {
  const child = spawnNode(program, 'pipe')
  if (child.pid === undefined) throw new Error(`${process.execPath} cannot be started.`)
  const exited = exitOf(child)
  return { pid: child.pid, exited, stop: () => stopChild(child, exited, STOP_STEPS) }
}

/**
 * Runs a program to its end.
 * @throws Error with the end of its log when it fails
 */
export async function runProgram(name: string, program: Program, signal?: AbortSignal): Promise<void> {
  const child = spawnNode(program, 'ignore')
  const abort = () => child.kill('SIGTERM')
  signal?.addEventListener('abort', abort, { once: true })
  const { code } = await exitOf(child)
  signal?.removeEventListener('abort', abort)
  signal?.throwIfAborted()
  if (code !== 0) throw new Error(`${name} failed. The end of ${program.logFile}:\n${endOf(program.logFile)}`)
}

/** A process group of its own: Ctrl-C in a terminal reaches only us, and we choose the order of stopping. */
function spawnNode(program: Program, stdin: 'pipe' | 'ignore'): ChildProcess {
  const log = openSync(program.logFile, 'a')
  const inherited = INHERITED.flatMap((name) => {
    const value = process.env[name]
    return value === undefined ? [] : [[name, value] as const]
  })
  const child = spawn(process.execPath, [...NODE_ARGS, ...(program.heap ?? SMALL_HEAP), ...program.args], {
    cwd: program.cwd,
    env: {
      ...Object.fromEntries(inherited),
      NODE_COMPILE_CACHE: COMPILE_CACHE,
      ...ALLOCATOR,
      ...program.env,
    },
    detached: true,
    stdio: [stdin, log, log],
  })
  closeSync(log)
  return child
}
