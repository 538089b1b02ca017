import { Failure } from '@kitroom/errors'
import { createRemoteJWKSet, customFetch, errors, type JWTVerifyGetKey } from 'jose'

export interface RemoteKeysOptions {
  url: string
  /** Between two attempts to fetch because of an unknown `kid`, or after a failed attempt while a copy is at hand. */
  cooldownSeconds: number
  /** How long a copy serves before a new one is fetched; ten minutes unless told. */
  maxAgeSeconds?: number | undefined
  /** Made anew for each fetch: the credential of a publisher that answers only to services. */
  headers?: () => Promise<Record<string, string>>
}

const FETCH_TIMEOUT_MS = 1_000
const RETRY_WITHOUT_COPY_MS = 1_000

/**
 * Keys published at a URL, kept for a while. A stranger's `kid` does not cause a fetch more often than once per
 * cooldown, and when the publisher is away the last copy goes on serving the keys it has (AUT-5).
 * The function throws Failure dependency-unavailable when there never was a copy.
 */
export function remoteKeys({
  url,
  cooldownSeconds,
  maxAgeSeconds = 600,
  headers,
}: RemoteKeysOptions): JWTVerifyGetKey {
  const cooldownMs = cooldownSeconds * 1_000
  // When to fetch is decided here, by a clock that nobody sets; jose goes by the one that may jump.
  const remote = createRemoteJWKSet(new URL(url), {
    cooldownDuration: Infinity,
    cacheMaxAge: Infinity,
    timeoutDuration: FETCH_TIMEOUT_MS,
    async [customFetch](target, options) {
      for (const [name, value] of Object.entries((await headers?.()) ?? {})) options.headers.set(name, value)
      return fetch(target, options)
    },
  })
  let fetchedAt: number | undefined
  let restUntil = 0

  const isOlderThan = (ms: number) => fetchedAt === undefined || performance.now() - fetchedAt > ms
  const fetchAnew = async () => {
    if (performance.now() < restUntil) return
    try {
      await remote.reload()
      fetchedAt = performance.now()
    } catch {
      restUntil = performance.now() + (fetchedAt === undefined ? RETRY_WITHOUT_COPY_MS : cooldownMs)
    }
  }

  return async (header, token) => {
    if (isOlderThan(maxAgeSeconds * 1_000)) await fetchAnew()
    if (fetchedAt === undefined) {
      throw new Failure(
        'dependency-unavailable',
        'Tokens cannot be verified now: the signing keys are out of reach.',
        { retryAfterSeconds: 1 },
      )
    }
    try {
      return await remote(header, token)
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey) || !isOlderThan(cooldownMs)) throw error
      await fetchAnew()
      return remote(header, token)
    }
  }
}
