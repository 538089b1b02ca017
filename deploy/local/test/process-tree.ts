import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'

/** The processes that descend from one, itself included. */
export function treeOf(root: number): number[] {
  const children = Map.groupBy(parents(), ([, parent]) => parent)
  const below = (pid: number): number[] => [
    pid,
    ...(children.get(pid) ?? []).flatMap(([child]) => below(child)),
  ]
  return below(root)
}

/** Waits until none of the processes is left. */
export async function allGone(pids: number[]): Promise<void> {
  const left = () => parents().filter(([pid]) => pids.includes(pid))
  while (left().length > 0) await delay(50)
}

/** The folder in which a process works. */
export function workingFolderOf(pid: number): string | undefined {
  if (process.platform === 'linux') return readlinkSync(`/proc/${pid}/cwd`)
  const { stdout } = spawnSync('lsof', ['-a', '-p', String(pid), '-d', 'cwd', '-Fn'], { encoding: 'utf8' })
  return /^n(.*)$/m.exec(stdout)?.[1]
}

/** Every process with its parent; one that has ended and only waits to be asked for its code does not count. */
function parents(): [pid: number, parent: number][] {
  if (process.platform !== 'linux') return fromPs()
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const status = readFileSync(`/proc/${name}/status`, 'utf8')
        const parent = /^PPid:\s*(\d+)$/m.exec(status)?.[1]
        return /^State:\s*Z/m.test(status) ? [] : [[Number(name), Number(parent)] as [number, number]]
      } catch {
        return []
      }
    })
}

function fromPs(): [number, number][] {
  const { stdout } = spawnSync('ps', ['-axo', 'pid=,ppid='], { encoding: 'utf8' })
  return stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number) as [number, number])
}
