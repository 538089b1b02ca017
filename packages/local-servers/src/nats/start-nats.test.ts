import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'

import { FolderInUse } from '../folder-lock.ts'
import { freePort } from '../free-port.ts'
import { type LocalNats, startNats } from './start-nats.ts'

let dataDir = ''
const started: LocalNats[] = []

async function start(options: { port?: number } = {}): Promise<LocalNats> {
  const server = await startNats({ dataDir, ...options })
  started.push(server)
  return server
}

/** Speaks the text protocol, so that this package needs no client: sends commands, gives everything up to the PONG. */
async function say(server: LocalNats, ...commands: string[]): Promise<string> {
  const socket = connect(server.port, '127.0.0.1')
  socket.write([`CONNECT {"verbose":false,"headers":true}`, ...commands, 'PING', ''].join('\r\n'))
  let answer = ''
  for await (const piece of socket) {
    answer += String(piece)
    if (answer.includes('PONG')) break
  }
  socket.destroy()
  return answer
}

async function streams(server: LocalNats): Promise<unknown> {
  const answer = await fetch(`${server.monitorUrl}/jsz?streams=true`)
  const { account_details: accounts } = (await answer.json()) as {
    account_details?: { stream_detail?: { name: string; state: { messages: number } }[] }[]
  }
  return (accounts ?? [])
    .flatMap(({ stream_detail: found = [] }) => found)
    .map(({ name, state }) => [name, state.messages])
}

async function makeStreamWithOneMessage(server: LocalNats): Promise<void> {
  const config = JSON.stringify({
    name: 'LOANS',
    subjects: ['loans.>'],
    storage: 'file',
    retention: 'limits',
  })
  const answer = await say(
    server,
    'SUB answers 1',
    `PUB $JS.API.STREAM.CREATE.LOANS answers ${config.length}`,
    config,
    'PUB loans.made answers 2',
    'ok',
  )
  expect(answer).toContain('INFO')
  while (JSON.stringify(await streams(server)) !== '[["LOANS",1]]') await say(server)
}

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'kitroom-nats-'))
})

afterEach(async () => {
  await Promise.all(started.splice(0).map((server) => server.stop()))
  rmSync(dataDir, { recursive: true, force: true })
})

describe('the local NATS server', () => {
  it('has JetStream, and its streams survive a stop', async () => {
    const first = await start()
    await makeStreamWithOneMessage(first)
    await first.stop()
    await expect(streams(await start())).resolves.toEqual([['LOANS', 1]])
  })

  it('keeps its streams when it is killed', async () => {
    const first = await start()
    await makeStreamWithOneMessage(first)
    process.kill(first.pid, 'SIGKILL')
    await first.exited
    await expect(streams(await start())).resolves.toEqual([['LOANS', 1]])
  })

  it('keeps everything inside its folder', async () => {
    await makeStreamWithOneMessage(await start())
    expect(readdirSync(dataDir).sort()).toEqual(['lock', 'nats.conf', 'nats.pid', 'store'])
  })

  it('uses the port it is given', async () => {
    const port = await freePort()
    const server = await start({ port })
    expect(server.url).toBe(`nats://127.0.0.1:${port}`)
    await expect(say(server)).resolves.toContain(`"port":${port}`)
  })

  it('refuses a folder on which another server runs', async () => {
    await start()
    await expect(start()).rejects.toThrow(FolderInUse)
  })

  it('says what the server said when it does not start', async () => {
    const { port } = await start()
    const other = mkdtempSync(join(tmpdir(), 'kitroom-nats-'))
    await expect(startNats({ dataDir: other, port })).rejects.toThrow(
      /NATS ended before it was ready[^]*in use/,
    )
    rmSync(other, { recursive: true })
  })
})
