import { spawn, spawnSync } from 'node:child_process'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { exitOf, freePorts } from '@kitroom/local-servers'

/** Older ones refuse statements that are prepared by name. */
const NEEDED = [1, 21] as const
const NOBODY = 65_534

/** Whether there is a PgBouncer here that can stand before our pools. */
export function hasPgbouncer(): boolean {
  const { stdout } = spawnSync('pgbouncer', ['--version'], { encoding: 'utf8' })
  const [, major, minor] = /PgBouncer (\d+)\.(\d+)/.exec(stdout) ?? []
  return Number(major) > NEEDED[0] || (Number(major) === NEEDED[0] && Number(minor) >= NEEDED[1])
}

/** A PgBouncer in transaction mode before the database of an address, with one connection to it. */
export async function pgbouncerBefore(url: string): Promise<AsyncDisposable & { url: string }> {
  const { hostname, port, pathname, username, password } = new URL(url)
  const folder = await mkdtemp(join(tmpdir(), 'kitroom-pgbouncer-'))
  const [own = 0] = await freePorts(1)
  const files = { users: join(folder, 'users.txt'), settings: join(folder, 'pgbouncer.ini') }
  await writeFile(files.users, `"${username}" "${decodeURIComponent(password)}"\n`)
  await writeFile(
    files.settings,
    `[databases]
${pathname.slice(1)} = host=${hostname} port=${port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${own}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${files.users}
pool_mode = transaction
default_pool_size = 1
max_prepared_statements = 300
`,
  )
  // It does not run as root.
  const asNobody = process.getuid?.() === 0
  if (asNobody) for (const path of [folder, ...Object.values(files)]) await chmod(path, 0o755)
  const child = spawn('pgbouncer', ['--quiet', files.settings], {
    stdio: 'ignore',
    ...(asNobody && { uid: NOBODY, gid: NOBODY }),
  })
  const ended = exitOf(child)
  await Promise.race([
    listening(own),
    ended.then(({ code }) => {
      throw new Error(`PgBouncer ended at its start with ${code}.`)
    }),
  ])
  const through = new URL(url)
  through.hostname = '127.0.0.1'
  through.port = String(own)
  return {
    url: through.toString(),
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await ended
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function listening(port: number): Promise<void> {
  for (;;) {
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        resolve(true)
        socket.destroy()
      }).on('error', () => {
        resolve(false)
      })
    })
    if (isOpen) return
    await sleep(20)
  }
}
