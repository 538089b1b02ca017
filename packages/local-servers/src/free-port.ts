import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server } from 'node:net'

/**
 * Below the range from which the system itself gives ports, for outgoing connections too: what is free here now will
 * most likely be so when it is used, seconds later or after a restart.
 */
const RANGE = { from: 20_000, to: 32_000 }
/** Processes that choose at the same time, as those of tests do, choose from different parts of it. */
const PARTS = 8
const PART = (RANGE.to - RANGE.from) / PARTS
const FIRST = RANGE.from + (process.pid % PARTS) * PART
/** One after the other from anywhere: what was given is not given again soon, since nobody may listen there yet. */
let next = randomInt(PART)

/** TCP ports of the loopback interface that nobody uses at this moment; somebody may take one before you do. */
export async function freePorts(count: number): Promise<number[]> {
  // All are held at once, so that no port is given twice.
  const held: Server[] = []
  const ports: number[] = []
  while (ports.length < count) {
    const port = FIRST + next
    next = (next + 1) % PART
    const server = await hold(port)
    if (server === undefined) continue
    held.push(server)
    ports.push(port)
  }
  await Promise.all(held.map((server) => once(server.close(), 'close')))
  return ports
}

/** One such port. */
export async function freePort(): Promise<number> {
  const [port] = await freePorts(1)
  return port as number
}

/** Starts a server on a free port, and when somebody was quicker on another one. */
export async function onFreePort<T>(start: (port: number) => Promise<T>, attempts = 5): Promise<T> {
  try {
    return await start(await freePort())
  } catch (error) {
    if (!/address already in use/i.test(String(error)) || attempts === 1) throw error
    return onFreePort(start, attempts - 1)
  }
}

async function hold(port: number): Promise<Server | undefined> {
  const server = createServer()
  try {
    await once(server.listen(port, '127.0.0.1'), 'listening')
    return server
  } catch {
    return undefined
  }
}
