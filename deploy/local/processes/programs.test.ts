import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'

import { runProgram, startProgram } from './programs.ts'

let cwd = ''

function program(source: string, env: Record<string, string> = {}) {
  writeFileSync(join(cwd, 'program.ts'), source)
  return { cwd, args: ['program.ts'], env, logFile: join(cwd, 'program.log') }
}

const log = () => readFileSync(join(cwd, 'program.log'), 'utf8')

async function logged(words: string): Promise<void> {
  while (!log().includes(words)) await delay(10)
}

beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'kitroom-program-'))
})

afterEach(() => {
  rmSync(cwd, { recursive: true })
})

describe('a program that runs to its end', () => {
  it('writes what it says to its log', async () => {
    await runProgram(
      'It',
      program(`const text: string = 'said'; console.log(text); console.error('and meant')`),
    )
    expect(log()).toBe('said\nand meant\n')
  })

  it('fails with the end of its log', async () => {
    const failing = program(`console.log('relation missing'); process.exit(3)`)
    await expect(runProgram('The migration', failing)).rejects.toThrow(
      /The migration failed[^]*relation missing/,
    )
  })

  it('is ended when it is given up', async () => {
    const giveUp = new AbortController()
    const running = runProgram(
      'It',
      program(`console.log('begun'); setInterval(() => {}, 1000)`),
      giveUp.signal,
    )
    await logged('begun')
    giveUp.abort()
    await expect(running).rejects.toThrow('aborted')
  })

  it('sees its own variables and none of our secrets', async () => {
    process.env['KITROOM_SECRET_OF_OURS'] = 'seen'
    await runProgram('It', program(`console.log(Object.keys(process.env).sort().join())`, { HTTP_PORT: '1' }))
    delete process.env['KITROOM_SECRET_OF_OURS']
    expect(log()).toContain('HTTP_PORT')
    expect(log()).not.toMatch(/KITROOM_SECRET_OF_OURS|NODE_OPTIONS/)
  })
})

describe('a program that runs until it is stopped', () => {
  it('is asked to end by SIGTERM', async () => {
    const running = startProgram(
      program(
        `process.on('SIGTERM', () => { console.log('asked'); process.exit(0) }); console.log('begun'); setInterval(() => {}, 1000)`,
      ),
    )
    await logged('begun')
    await running.stop()
    await expect(running.exited).resolves.toEqual({ code: 0, signal: null })
    expect(log()).toContain('asked')
  })

  it('finds its standard input at an end when we are killed', async () => {
    const child = program(
      `process.stdin.on('end', () => console.log('alone')).resume(); console.log('begun')`,
    )
    const starter = spawn(
      process.execPath,
      [
        '--conditions=@kitroom/source',
        '--input-type=module',
        '--eval',
        `import { startProgram } from '${join(import.meta.dirname, 'programs.ts')}'
         startProgram(${JSON.stringify(child)})
         setInterval(() => undefined, 1000)`,
      ],
      { stdio: 'ignore' },
    )
    while (!(await readable()) || !log().includes('begun')) await delay(10)
    starter.kill('SIGKILL')
    await once(starter, 'exit')
    await logged('alone')
  })
})

async function readable(): Promise<boolean> {
  try {
    log()
    return true
  } catch {
    return false
  }
}
