import { setTimeout as delay } from 'node:timers/promises'

const LIMIT_MS = 60_000

/**
 * Asks the gateway for the health of the whole until everything is well.
 * @param detail hears which services are missing
 * @throws Error naming them when that takes more than a minute
 */
export async function waitUntilHealthy(
  url: string,
  detail: (text: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const deadline = Date.now() + LIMIT_MS
  for (;;) {
    const missing = await missingAt(url, signal)
    if (missing === undefined) return
    if (Date.now() > deadline)
      throw new Error(`After ${LIMIT_MS / 1000} s the system still waits for ${missing}.`)
    detail(`waiting for ${missing}`)
    await delay(100, undefined, { signal })
  }
}

async function missingAt(url: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    const answer = await fetch(`${url}/health`, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(2_000)]),
    })
    const { status, services = {} } = (await answer.json()) as {
      status: string
      services?: Record<string, string>
    }
    if (status === 'ok') return undefined
    return Object.keys(services)
      .filter((name) => services[name] !== 'ok')
      .join(', ')
  } catch {
    signal.throwIfAborted()
    return 'the gateway'
  }
}
