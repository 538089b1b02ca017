import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { Client } from 'pg'

import { FolderInUse, lockFolder } from '../folder-lock.ts'
import { freePort } from '../free-port.ts'
import { commandLineOf } from '../other-process.ts'
import { postgresPrograms } from './postgres-programs.ts'
import { serverUser } from './server-user.ts'
import { type LocalPostgres, startPostgres } from './start-postgres.ts'

let dataDir = ''
/** A server's folder as it is after its first stop: making one takes longer than most of the tests. */
let made = ''
const started: LocalPostgres[] = []

async function start(options: { port?: number; durable?: boolean } = {}): Promise<LocalPostgres> {
  const server = await startPostgres({ dataDir, durable: false, ...options })
  started.push(server)
  return server
}

async function ask(server: { url: string }, sql: string): Promise<unknown> {
  const client = new Client({ connectionString: server.url })
  await client.connect()
  try {
    const { rows } = await client.query<Record<string, unknown>>(sql)
    return Object.values(rows[0] ?? {})[0]
  } finally {
    await client.end()
  }
}

async function gone(pid: number): Promise<void> {
  while (commandLineOf(pid) !== undefined) await delay(20)
}

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'kitroom-postgres-'))
  chmodSync(folder, 0o755)
  return folder
}

beforeAll(async () => {
  made = newFolder()
  const server = await startPostgres({ dataDir: made, durable: false })
  await server.stop()
})

afterAll(() => {
  rmSync(made, { recursive: true, force: true })
})

beforeEach(() => {
  dataDir = newFolder()
  // Keeps to whom the files belong, which `cpSync` does not.
  execFileSync('cp', ['-a', `${made}/.`, dataDir])
})

afterEach(async () => {
  await Promise.all(started.splice(0).map((server) => server.stop()))
  rmSync(dataDir, { recursive: true, force: true })
})

describe('the embedded PostgreSQL', () => {
  it('starts on an empty folder and keeps its data over a stop', async () => {
    rmSync(dataDir, { recursive: true })
    const first = await start()
    await ask(first, 'create table kept as select 42 as answer')
    await first.stop()
    const second = await start()
    await expect(ask(second, 'select answer from kept')).resolves.toBe(42)
  })

  it('waits for the disk exactly when it is asked to be durable', async () => {
    await expect(ask(await start(), 'show fsync')).resolves.toBe('off')
    await started.splice(0)[0]?.stop()
    await expect(ask(await start({ durable: true }), 'show fsync')).resolves.toBe('on')
  })

  it('uses the port it is given', async () => {
    const port = await freePort()
    const server = await start({ port })
    expect(server.url).toContain(`@127.0.0.1:${port}/`)
    await expect(ask(server, 'select inet_server_port()')).resolves.toBe(port)
  })

  it('lets nobody in without the password', async () => {
    const server = await start()
    await expect(ask({ url: server.url.replace(/:[^:@]*@/, ':guess@') }, 'select 1')).rejects.toThrow(
      'password',
    )
  })

  it('sorts by code point and knows letters beyond ASCII', async () => {
    const server = await start()
    await expect(
      ask(
        server,
        "select lower('ÄÖÜ') || (select string_agg(v, '' order by v) from (values ('ä'), ('b'), ('Z')) t (v))",
      ),
    ).resolves.toBe('äöüZbä')
  })

  it('refuses a folder on which another server runs', async () => {
    await start()
    await expect(start()).rejects.toThrow(FolderInUse)
  })

  it('starts again with its data after being killed', async () => {
    const first = await start({ durable: true })
    await ask(first, 'create table kept as select 42 as answer')
    process.kill(first.pid, 'SIGKILL')
    await expect(first.exited).resolves.toEqual({ code: null, signal: 'SIGKILL' })
    const second = await start()
    await expect(ask(second, 'select answer from kept')).resolves.toBe(42)
  })

  it('is stopped when the process that started it is killed', async () => {
    const pid = await startInAnotherProcess()
    await gone(pid)
    await expect(ask(await start(), 'select 1')).resolves.toBe(1)
  })

  it('takes over from a server that was left behind', async () => {
    const pid = await startUnwatched()
    expect(commandLineOf(pid)).toContain(dataDir)
    const server = await start()
    expect(server.pid).not.toBe(pid)
    expect(commandLineOf(pid)).toBeUndefined()
  })

  it('is not misled by a process id that belongs to somebody else by now', async () => {
    writeFileSync(join(dataDir, 'cluster', 'postmaster.pid'), `${process.pid}\n${dataDir}/cluster\n`, {
      mode: 0o644,
    })
    await expect(ask(await start(), 'select 1')).resolves.toBe(1)
  })

  it('sees that a server is ready whose log goes elsewhere', async () => {
    writeFileSync(join(dataDir, 'cluster', 'postgresql.auto.conf'), 'logging_collector = on\n')
    await expect(ask(await start(), 'show logging_collector')).resolves.toBe('on')
  })

  it('says what the server said when it does not start', async () => {
    writeFileSync(join(dataDir, 'cluster', 'postgresql.auto.conf'), 'max_connections = many\n')
    await expect(start()).rejects.toThrow(/PostgreSQL ended before it was ready[^]*max_connections/)
    lockFolder(dataDir).release()
  })

  it('runs in a folder that is closed to other users', async () => {
    chmodSync(dataDir, 0o700)
    await expect(ask(await start(), 'select 1')).resolves.toBe(1)
  })
})

/** Another process starts the server and is then killed without a chance to stop it. */
async function startInAnotherProcess(): Promise<number> {
  const program = `
    import { startPostgres } from '@kitroom/local-servers'
    const server = await startPostgres({ dataDir: ${JSON.stringify(dataDir)}, durable: false })
    console.log(server.pid)
    setInterval(() => undefined, 1000)`
  const starter = spawn(
    process.execPath,
    ['--conditions=@kitroom/source', '--input-type=module', '--eval', program],
    {
      cwd: import.meta.dirname,
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  const [answer] = (await once(starter.stdout, 'data')) as [Buffer]
  starter.kill('SIGKILL')
  await once(starter, 'exit')
  return Number(answer.toString())
}

/** A server that nobody watches, as after both its starter and its guard were killed. */
async function startUnwatched(): Promise<number> {
  const { postgres } = await postgresPrograms()
  const cluster = join(dataDir, 'cluster')
  const { ids, prefix } = serverUser([dataDir, postgres], cluster)
  const settings = ['-D', cluster, '-p', String(await freePort()), '-c', 'unix_socket_directories=']
  const [command = postgres, ...args] = [...prefix, postgres, ...settings]
  const server = spawn(command, args, { ...ids, cwd: cluster, detached: true, stdio: 'ignore' })
  const status = () => {
    try {
      return readFileSync(join(cluster, 'postmaster.pid'), 'utf8').trim()
    } catch {
      return ''
    }
  }
  while (!status().endsWith('ready')) await delay(20)
  return server.pid as number
}
