import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'

/** Sends a signal; false when there is no such process any more. Signal 0 only asks. */
function signalProcess(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ESRCH') return false
    if (signal === 0 && code === 'EPERM') return true
    throw error
  }
}

/** The command line of a living process; undefined when there is none with that id. */
export function commandLineOf(pid: number): string | undefined {
  if (process.platform === 'linux') {
    try {
      const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
      return line === '' ? undefined : line
    } catch {
      return undefined
    }
  }
  const line = spawnSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], {
    encoding: 'utf8',
  }).stdout.trim()
  return line === '' ? undefined : line
}

/**
 * Stops a server that an earlier run left behind, known by the process id it wrote to a file.
 * The id may belong to somebody else by now, so the command line must contain every one of the marks;
 * when it does not, the file is removed, lest the server take the stranger for itself.
 */
export async function stopLeftover(pidFile: string, marks: string[]): Promise<void> {
  const pid = pidIn(pidFile)
  if (pid === undefined || !signalProcess(pid, 0)) return
  const isOurs = () => marks.every((mark) => commandLineOf(pid)?.includes(mark))
  if (!isOurs()) {
    rmSync(pidFile)
    return
  }
  signalProcess(pid, 'SIGINT')
  const deadline = Date.now() + 15_000
  while (isOurs()) {
    if (Date.now() > deadline) signalProcess(pid, 'SIGKILL')
    await delay(50)
  }
}

function pidIn(file: string): number | undefined {
  try {
    const pid = Number.parseInt(readFileSync(file, 'utf8'), 10)
    return Number.isSafeInteger(pid) && pid > 0 ? pid : undefined
  } catch {
    return undefined
  }
}
