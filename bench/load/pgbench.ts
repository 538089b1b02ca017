import { spawn } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { text } from 'node:stream/consumers'

const DEBIAN = '/usr/lib/postgresql'

/** @returns the program's path, newest first; undefined where PostgreSQL's own programs are not installed */
export function findPgbench(): string | undefined {
  const packaged = existsSync(DEBIAN)
    ? readdirSync(DEBIAN)
        .toSorted((a, b) => Number(b) - Number(a))
        .map((version) => join(DEBIAN, version, 'bin'))
    : []
  const folders = [...packaged, ...(process.env['PATH'] ?? '').split(delimiter)]
  return folders.map((folder) => join(folder, 'pgbench')).find(existsSync)
}

/**
 * Runs a script of SQL for some seconds.
 * @param variables are known to the script as `:name`
 * @returns transactions in a second
 * @throws Error with pgbench's words when a transaction failed
 */
export async function pgbench(wish: {
  program: string
  url: string
  script: string
  clients: number
  seconds: number
  variables: Record<string, number>
}): Promise<number> {
  const { program, url, script, clients, seconds, variables } = wish
  const defined = Object.entries(variables).flatMap(([name, value]) => ['-D', `${name}=${value}`])
  const args = ['-n', '-M', 'simple', '-f', script, '-c', String(clients), '-j', '1', '-T', String(seconds)]
  const child = spawn(program, [...args, ...defined, url], { stdio: ['ignore', 'pipe', 'pipe'] })
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)])
  const tps = /tps = ([\d.]+)/.exec(out)?.[1]
  if (tps === undefined || err.includes('aborted')) throw new Error(`pgbench failed: ${err.slice(0, 2_000)}`)
  return Number(tps)
}
