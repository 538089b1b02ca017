import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'

export interface Outcome {
  code: number
  /** Both streams as they came; empty when they went straight to the terminal. */
  output: string
}

const running = new Set<ChildProcess>()

/**
 * Runs a line of package.json's scripts in a shell, with further arguments behind it.
 * @param live lets it write to our own output, for the long ones
 */
export async function runCommand(
  line: string,
  { args = [] as string[], live = false } = {},
): Promise<Outcome> {
  const output: Buffer[] = []
  const child = spawn('/bin/sh', ['-c', `${line} "$@"`, 'sh', ...args], {
    // A group of its own, so that it can be ended with all its children.
    detached: true,
    stdio: ['ignore', live ? 'inherit' : 'pipe', live ? 'inherit' : 'pipe'],
  })
  running.add(child)
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (piece: Buffer) => output.push(piece))
  const [code] = (await once(child, 'close')) as [number | null]
  running.delete(child)
  return { code: code ?? 1, output: Buffer.concat(output).toString() }
}

/** Ends every command that still runs, with its children. */
export function endCommands(): void {
  for (const { pid } of running) if (pid !== undefined) process.kill(-pid, 'SIGTERM')
}
