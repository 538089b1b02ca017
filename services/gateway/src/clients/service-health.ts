import { type Health, type ServiceName, SERVICES } from '@kitroom/contracts'

export type ServiceStates = Health['services']

const ANSWER_MS = 1_000
const FRESH_MS = 1_000

/**
 * Asks every service whether it is ready. All who ask within a second share one round of questions, so that probes
 * cannot be turned into load.
 */
export function serviceHealth(urls: Record<ServiceName, string>): () => Promise<ServiceStates> {
  let round: { states: Promise<ServiceStates>; askedAt: number } | undefined
  return () => {
    const now = performance.now()
    if (round === undefined || now - round.askedAt >= FRESH_MS) round = { states: askAll(urls), askedAt: now }
    return round.states
  }
}

async function askAll(urls: Record<ServiceName, string>): Promise<ServiceStates> {
  const states = await Promise.all(
    SERVICES.map(async (service) => [service, await stateOf(urls[service])] as const),
  )
  // Built from SERVICES, so every service is in it.
  return Object.fromEntries(states) as ServiceStates
}

async function stateOf(url: string): Promise<ServiceStates[ServiceName]> {
  try {
    const answer = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(ANSWER_MS) })
    await answer.body?.cancel()
    return answer.ok ? 'ok' : 'unavailable'
  } catch {
    return 'unavailable'
  }
}
