import type { ConnectionOptions } from '@nats-io/transport-node'

type Address = Pick<ConnectionOptions, 'servers' | 'user' | 'pass' | 'token' | 'tls'>

/**
 * Where the broker is and as whom we sign in, from one URL or several separated by commas. The client understands neither
 * users in URLs nor their scheme; user and password (or a token alone) are taken from the first.
 */
export function addressOf(urls: string): Address {
  const parsed = urls.split(',').map((url) => new URL(url))
  const [first] = parsed
  const address: Address = { servers: parsed.map(({ host }) => host) }
  if (first?.protocol === 'tls:') address.tls = {}
  const [user, pass] = [first?.username, first?.password].map((part) => decodeURIComponent(part ?? ''))
  if (user === undefined || user === '') return address
  return pass === undefined || pass === '' ? { ...address, token: user } : { ...address, user, pass }
}
