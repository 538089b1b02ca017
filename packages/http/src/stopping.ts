import type { Server, ServerResponse } from 'node:http'

/**
 * How long the gateway keeps a connection to a service unused: those who come in rushes find it open. Below the 65 s after
 * which services close (DOS-2), and below the time for which one that has replicas and stops still serves
 * (`DRAIN_SECONDS`): so none of the gateway's is left when it closes, and no request meets the end of one (OPS-1).
 */
export const KEPT_UNUSED_MS = 4_000

/** The end of an HTTP server in two steps, so that no client is cut off (OPS-1). */
export interface Stopping {
  /** From now on every answer tells its client to connect anew, which a router will lead elsewhere. */
  leave: () => void
  /** Accepts no more connections and waits for the running requests, for up to ten seconds. */
  close: () => Promise<void>
}

/** Has to know the server from its first request on. */
export function stopping(server: Server): Stopping {
  const running = new Set<ServerResponse>()
  let leaving = false
  const watch = (_request: unknown, response: ServerResponse) => {
    if (leaving) {
      response.setHeader('Connection', 'close')
      return
    }
    running.add(response)
    response.on('close', () => running.delete(response))
  }
  for (const event of ['request', 'checkContinue', 'checkExpectation']) {
    // A listener of our own would take over what Node does when there is none.
    if (event === 'request' || server.listenerCount(event) > 0) server.prependListener(event, watch)
  }
  const leave = () => {
    leaving = true
    for (const response of running) if (!response.headersSent) response.setHeader('Connection', 'close')
    running.clear()
  }
  return {
    leave,
    close() {
      leave()
      return closeGently(server)
    },
  }
}

/** Below the 15 s after which a process is told to end at once. */
const FINISH_MS = 10_000

/**
 * Accepts no more connections and waits for the running requests, for up to ten seconds. A connection that was busy
 * when closing began becomes idle later, and Node would keep it for the whole idle time.
 */
export function closeGently(server: Server, finishMs = FINISH_MS): Promise<void> {
  const sweep = setInterval(() => server.closeIdleConnections(), 100)
  const cutOff = setTimeout(() => server.closeAllConnections(), finishMs)
  return new Promise((resolve) => {
    server.close(() => {
      clearInterval(sweep)
      clearTimeout(cutOff)
      resolve()
    })
  })
}
