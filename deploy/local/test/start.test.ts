import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'

import { allGone, treeOf, workingFolderOf } from './process-tree.ts'

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

/** Asked again while the machine, which starts other things too, is too busy to answer. */
async function signIn(url: string, output: string): Promise<number> {
  const [, email, password] = /admin\s+(\S+@\S+)\s+(\S+)/.exec(output) ?? []
  for (;;) {
    const { status } = await fetch(`${url}/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email, password }),
    })
    if (status !== 503) return status
    await delay(500)
  }
}

async function isHealthy(url: string): Promise<boolean> {
  const { status } = (await (await fetch(`${url}/health`)).json()) as { status: string }
  return status === 'ok'
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
  it('runs beside another copy, starts a killed service again, keeps its data, and leaves no process however it ends', async () => {
    const [one, other] = [start('one'), start('other')]
    const [url, otherUrl] = await Promise.all([one.url(), other.url()])
    expect(url).not.toBe(otherUrl)
    for (const address of [url, otherUrl]) while (!(await isHealthy(address))) await delay(100)
    await expect(signIn(url, one.output)).resolves.toBe(200)

    const booking = treeOf(one.pid).find((pid) => workingFolderOf(pid)?.endsWith('/services/booking'))
    process.kill(booking as number, 'SIGKILL')
    await one.says('booking ended (SIGKILL).')
    await one.says('booking is running again.')

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
  })
})
