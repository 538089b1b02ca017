import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** A TCP connection's way through this process, which can be cut, slowed down and kept silent. */
export interface Cable extends AsyncDisposable {
  /** Of 127.0.0.1: whoever connects here is connected to the target. */
  readonly port: number
  /** How many connections go through it now. */
  readonly open: number
  /** How many connections or pieces of data a fault has met since the cable was laid. */
  readonly hits: number
  /** Resets every connection, and each new one, until it is mended. */
  cut: () => void
  /** Takes everything and passes nothing on, neither data nor ends, as when the other machine lost its power. */
  silence: () => void
  delay: (ms: number) => void
  /** Resets a connection at each piece of data with this chance. */
  fray: (chance: number, random: () => number) => void
  /** All is well for whoever connects from now on. Connections that lost data are reset, as their peers would do. */
  mend: () => void
}

/** A connection's two ends here. */
interface Pair {
  near: Socket
  far: Socket
  /** Data that should have passed did not. */
  lost: boolean
}

interface Fault {
  ms: number
  silent: boolean
  cut: boolean
  chance: number
  random: () => number
}

const NONE: Fault = { ms: 0, silent: false, cut: false, chance: 0, random: () => 1 }

/**
 * At once: by itself `resetAndDestroy` waits until all is written, which is for ever where nobody reads. One that is just
 * ending cannot be reset (libuv's uv_tcp_close_reset), and would never be closed.
 */
function reset(socket: Socket): void {
  if (!socket.writableEnded) socket.resetAndDestroy()
  socket.destroy()
}

/** Lays a cable to a port of this machine. */
export async function layCable(targetPort: number): Promise<Cable> {
  let fault = NONE
  let hits = 0
  const pairs = new Set<Pair>()

  const sever = (pair: Pair) => {
    hits += 1
    pairs.delete(pair)
    reset(pair.near)
    reset(pair.far)
  }
  const pass = (pair: Pair, from: Socket, to: Socket) => {
    let last: Promise<unknown> = Promise.resolve()
    const deliver = (act: () => void) => {
      if (fault.silent) {
        hits += 1
        pair.lost = true
        return
      }
      if (fault.random() < fault.chance) {
        sever(pair)
        return
      }
      if (fault.ms > 0) hits += 1
      const due = sleep(fault.ms)
      last = last.then(() => due).then(act)
    }
    from.on('data', (chunk: Buffer) => deliver(() => to.write(chunk)))
    from.on('end', () => deliver(() => to.end()))
    from.on('error', () => {
      if (fault.silent) pair.lost = true
      else reset(to)
    })
    from.on('close', () => {
      if (pair.near.destroyed && pair.far.destroyed) pairs.delete(pair)
    })
  }

  const server = createServer({ allowHalfOpen: true }, (near) => {
    if (fault.cut) {
      hits += 1
      near.on('error', () => undefined)
      reset(near)
      return
    }
    const far = connect({ port: targetPort, host: '127.0.0.1', allowHalfOpen: true, noDelay: true })
    near.setNoDelay(true)
    const pair = { near, far, lost: false }
    pairs.add(pair)
    pass(pair, near, far)
    pass(pair, far, near)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')

  return {
    port: (server.address() as AddressInfo).port,
    get open() {
      return pairs.size
    },
    get hits() {
      return hits
    },
    cut() {
      fault = { ...NONE, cut: true }
      pairs.forEach(sever)
    },
    silence() {
      fault = { ...NONE, silent: true }
    },
    delay(ms) {
      fault = { ...NONE, ms }
    },
    fray(chance, random) {
      fault = { ...NONE, chance, random }
    },
    mend() {
      fault = NONE
      for (const pair of pairs) if (pair.lost) sever(pair)
    },
    async [Symbol.asyncDispose]() {
      fault = { ...NONE, cut: true }
      pairs.forEach(sever)
      server.close()
      await once(server, 'close')
    },
  }
}
