import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'

import { allGone, treeOf } from './process-tree.ts'

/** `npm start` without npm: what a terminal runs, on data of its own and any free port. */
class Start {
  readonly process: ChildProcess
  readonly exited: Promise<unknown[]>
  output = ''

  constructor(dataDir: string) {
    this.process = spawn('node', [join(import.meta.dirname, '../start.mjs')], {
      // A group of its own stands for the terminal's: Ctrl-C goes to all of it.
      detached: true,
      env: {
        PATH: process.env['PATH'],
        HOME: process.env['HOME'],
        KITROOM_PORT: '0',
        KITROOM_DATA_DIR: dataDir,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.exited = once(this.process, 'exit')
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream?.on('data', (piece) => (this.output += String(piece)))
    }
  }

  get pid(): number {
    return this.process.pid as number
  }

  /** Waits for words; gives everything said so far. */
  async says(words: string): Promise<string> {
    while (!this.output.includes(words)) {
      if (this.process.exitCode !== null) throw new Error(`It ended without "${words}":\n${this.output}`)
      await delay(50)
    }
    return this.output
  }

  async url(): Promise<string> {
    const output = await this.says('Ctrl-C stops everything')
    return /Address\s+(\S+)/.exec(output)?.[1] ?? ''
  }

  pressCtrlC(): void {
    process.kill(-this.pid, 'SIGINT')
  }
}

let folder = ''
const starts: Start[] = []

function start(name: string): Start {
  const started = new Start(join(folder, name))
  starts.push(started)
  return started
}

async function signIn(url: string, output: string): Promise<number> {
  const [, email, password] = /admin\s+(\S+@\S+)\s+(\S+)/.exec(output) ?? []
  const answer = await fetch(`${url}/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password }),
  })
  return answer.status
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kitroom-start-'))
})

afterAll(async () => {
  const running = starts.filter(({ process }) => process.exitCode === null && process.signalCode === null)
  for (const { process } of running) process.kill('SIGTERM')
  await Promise.all(running.map(({ exited }) => exited))
  rmSync(folder, { recursive: true, force: true })
})

describe('npm start', () => {
  it('runs beside another copy, keeps its data, and leaves no process however it ends', async () => {
    const [one, other] = [start('one'), start('other')]
    const [url, otherUrl] = await Promise.all([one.url(), other.url()])
    expect(url).not.toBe(otherUrl)
    for (const address of [url, otherUrl]) {
      const health = await fetch(`${address}/health`)
      await expect(health.json()).resolves.toMatchObject({ status: 'ok' })
    }
    await expect(signIn(url, one.output)).resolves.toBe(200)

    const second = start('one')
    await expect(second.exited).resolves.toEqual([1, null])
    expect(second.output).toContain(`already running on ${join(folder, 'one')} at ${url}`)

    const otherProcesses = treeOf(other.pid)
    other.process.kill('SIGKILL')
    await allGone(otherProcesses)

    const processes = treeOf(one.pid)
    expect(processes.length).toBeGreaterThanOrEqual(9)
    one.pressCtrlC()
    await expect(one.exited).resolves.toEqual([0, null])
    await allGone(processes)

    const again = start('one')
    const urlAgain = await again.url()
    expect(again.output).not.toContain('Demo university (')
    await expect(signIn(urlAgain, again.output)).resolves.toBe(200)
    again.process.kill('SIGTERM')
    await expect(again.exited).resolves.toEqual([0, null])
  }, 180_000)

  it('can be stopped while it is still starting', async () => {
    const early = start('early')
    await early.says('PostgreSQL (')
    const processes = treeOf(early.pid)
    early.pressCtrlC()
    await expect(early.exited).resolves.toEqual([0, null])
    await allGone(processes)
  }, 60_000)

  it('starts a killed service again and says so', async () => {
    const { startSystem } = await import('../system/start-system.ts')
    const lines: string[] = []
    const system = await startSystem({
      dataDir: join(folder, 'killed'),
      port: 0,
      seed: false,
      durable: false,
      progress: { step: (_title, work) => work(() => undefined), say: (line) => lines.push(line) },
    })
    try {
      process.kill(system.processes.booking.pid as number, 'SIGKILL')
      while (!lines.includes('booking is running again.')) await delay(50)
      const isOk = async () =>
        ((await (await fetch(`${system.url}/health`)).json()) as { status: string }).status === 'ok'
      while (!(await isOk())) await delay(100)
      expect(lines[0]).toBe('booking ended (SIGKILL).')
    } finally {
      await system.stop()
    }
  }, 60_000)
})
