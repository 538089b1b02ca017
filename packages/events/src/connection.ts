import { connect, type ConnectionOptions, type NatsConnection } from '@nats-io/transport-node'

import { addressOf } from './access/address.ts'
import { inboxOf } from './access/permissions.ts'
import type { Log } from './log.ts'
import { backoff, orAborted, pause } from './pause.ts'

export interface Connection {
  /** Undefined while there is none. */
  current(): NatsConnection | undefined
  /** @returns undefined when the signal is aborted first */
  ready(signal: AbortSignal): Promise<NatsConnection | undefined>
  /** Called with each new connection: what was subscribed on an old one is gone. Also at once if there is one. */
  onOpened(listener: (nats: NatsConnection) => void): () => void
  /** Called each time messages can flow again: after `onOpened`, and when an old connection recovered. */
  onUsable(listener: () => void): () => void
  close(): Promise<void>
}

/** A peer that is frozen rather than gone is noticed within these times two. */
const PING_MS = 2_000
/** Between two attempts to connect again; up to half of it is left to chance. */
const ATTEMPT_MS = 500

/**
 * The client counts the pause between two attempts by the clock of the day, and would make none for an hour after that was
 * set back by one. So it makes no pause, and we do, by a clock that nobody sets.
 */
function attemptsInTime(): Pick<ConnectionOptions, 'reconnectDelayHandler' | 'reconnectToServer'> {
  let next = 0
  return {
    reconnectDelayHandler: () => -Infinity,
    reconnectToServer([server]) {
      const delay = Math.max(0, next - performance.now())
      next = performance.now() + delay + backoff(4, ATTEMPT_MS)
      return server === undefined ? null : { server, delay }
    },
  }
}

/** Keeps a connection to NATS for ever, starting now; nobody has to wait for it. */
export function keepConnected(options: { url: string; name: string; logger: Log }): Connection {
  const { url, name, logger } = options
  const closing = new AbortController()
  const opened = new Set<(nats: NatsConnection) => void>()
  const usable = new Set<() => void>()
  let nats: NatsConnection | undefined
  let isUsable = false

  const nowUsable = () => {
    isUsable = true
    for (const listener of usable) listener()
  }

  async function untilClosed(connection: NatsConnection): Promise<void> {
    nats = connection
    logger.info({ server: connection.getServer(), version: connection.info?.version }, 'connected to NATS')
    for (const listener of opened) listener(connection)
    nowUsable()
    for await (const { type } of connection.status()) {
      if (type === 'disconnect') {
        isUsable = false
        logger.warn({}, 'lost NATS')
      } else if (type === 'reconnect') {
        logger.info({}, 'reconnected to NATS')
        nowUsable()
      }
    }
    await connection.closed()
    isUsable = false
    nats = undefined
  }

  async function keep(): Promise<void> {
    let failures = 0
    while (!closing.signal.aborted) {
      try {
        const connection = await connect({
          ...addressOf(url),
          name,
          inboxPrefix: inboxOf(name),
          maxReconnectAttempts: -1,
          ...attemptsInTime(),
          // A broker that is being configured must not end us for good.
          ignoreAuthErrorAbort: true,
          pingInterval: PING_MS,
          maxPingOut: 2,
          timeout: 5_000,
        })
        failures = 0
        await untilClosed(connection)
      } catch (error) {
        failures += 1
        if (failures === 1) logger.warn({ err: error }, 'cannot reach NATS; trying again and again')
        await pause(backoff(failures, 2_000), closing.signal)
      }
    }
  }
  const kept = keep()

  return {
    current: () => (isUsable ? nats : undefined),
    async ready(signal) {
      const next = Promise.withResolvers<void>()
      usable.add(next.resolve)
      signal.addEventListener('abort', () => next.resolve(), { once: true })
      try {
        if (!isUsable && !signal.aborted) await next.promise
        return signal.aborted ? undefined : nats
      } finally {
        usable.delete(next.resolve)
      }
    },
    onOpened(listener) {
      opened.add(listener)
      if (nats) listener(nats)
      return () => opened.delete(listener)
    },
    onUsable(listener) {
      usable.add(listener)
      if (isUsable) listener()
      return () => usable.delete(listener)
    },
    async close() {
      closing.abort()
      // Draining would wait for a broker that may be gone; flush only what a live one can take, and one may die over it.
      if (isUsable && nats) {
        const flushed = nats.flush().catch(() => undefined)
        await orAborted(flushed, AbortSignal.timeout(1_000))
      }
      await nats?.close()
      await kept
    },
  }
}
