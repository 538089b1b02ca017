import type { SigningKey } from '../keys.ts'

/**
 * The key of the service in whose environment this runs.
 * @throws Error when there is none
 */
export function serviceKey(): SigningKey {
  const key = process.env['SERVICE_PRIVATE_KEY']
  if (key === undefined)
    throw new Error('SERVICE_PRIVATE_KEY is required: this runs in the environment of a service.')
  return JSON.parse(key) as SigningKey
}
