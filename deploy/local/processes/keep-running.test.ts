import { spawn } from 'node:child_process'

import { afterEach, describe, expect, it } from '@jest/globals'
import { exitOf, type ServerProcess, stopChild } from '@kitroom/local-servers'

import { keepRunning, type KeptProcess } from './keep-running.ts'

const kept: KeptProcess[] = []

function sleeper(): ServerProcess {
  const child = spawn('sleep', ['60'], { stdio: 'ignore' })
  const exited = exitOf(child)
  return {
    pid: child.pid as number,
    exited,
    stop: () => stopChild(child, exited, [{ signal: 'SIGTERM', ms: 5_000 }]),
  }
}

/** Keeps a process and remembers what is said; `said` waits for words. */
function keep(start: () => ServerProcess = sleeper) {
  const lines: string[] = []
  let heard = Promise.withResolvers<void>()
  const process = keepRunning({
    name: 'booking',
    first: sleeper(),
    start,
    say: (line) => {
      lines.push(line)
      heard.resolve()
    },
    pauses: { firstMs: 10, maxMs: 40, stableAfterMs: 60_000 },
  })
  kept.push(process)
  const said = async (words: string, times = 1) => {
    while (lines.filter((line) => line.includes(words)).length < times) {
      heard = Promise.withResolvers()
      await heard.promise
    }
  }
  return { process, lines, said }
}

afterEach(async () => {
  await Promise.all(kept.splice(0).map((process) => process.stop()))
})

describe('keeping a process running', () => {
  it('starts it again when it is killed, and says so', async () => {
    const { process: booking, lines, said } = keep()
    const first = booking.pid as number
    process.kill(first, 'SIGKILL')
    await said('running again')
    expect(booking.pid).not.toBe(first)
    expect(lines).toEqual([
      'booking ended (SIGKILL).',
      'booking is started again in 0.01 s.',
      'booking is running again.',
    ])
  })

  it('waits longer each time it fails in a row, up to a limit', async () => {
    let attempts = 0
    const {
      process: booking,
      lines,
      said,
    } = keep(() => {
      if (++attempts < 5) throw new Error('no port')
      return sleeper()
    })
    process.kill(booking.pid as number, 'SIGKILL')
    await said('running again')
    const pauses = lines.flatMap((line) => /in ([\d.]+) s/.exec(line)?.[1] ?? [])
    expect(pauses).toEqual(['0.01', '0.02', '0.04', '0.04', '0.04'])
    expect(lines).toContain('booking did not start: Error: no port')
  })

  it('leaves it alone once it is stopped', async () => {
    const { process: booking, lines } = keep()
    const pid = booking.pid as number
    await booking.stop()
    expect(() => process.kill(pid, 0)).toThrow('ESRCH')
    expect(lines).toEqual([])
  })

  it('can be stopped while it is waiting to start it again', async () => {
    const { process: booking, said } = keep(() => {
      throw new Error('no port')
    })
    process.kill(booking.pid as number, 'SIGKILL')
    await said('started again', 3)
    await booking.stop()
    expect(booking.pid).toBeUndefined()
  })

  it('keeps it running again after a stop and a start', async () => {
    const { process: booking, said } = keep()
    await booking.stop()
    await booking.start()
    process.kill(booking.pid as number, 'SIGKILL')
    await said('running again')
    expect(booking.pid).toBeDefined()
  })
})
