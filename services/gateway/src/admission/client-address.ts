import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'

/** Without the prefix that IPv4 addresses have on a socket that takes both. */
const plain = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/i, '')

/**
 * Where a request came from. `X-Forwarded-For` is believed only as far back as proxies of ours have written it: each
 * adds one address at the end, so with two of them the second from the right is the client's.
 */
export function clientAddress(
  { headers, socket }: Pick<IncomingMessage, 'headers'> & { socket: { remoteAddress?: string | undefined } },
  trustedProxies: number,
): string {
  const direct = plain(socket.remoteAddress ?? 'unknown')
  if (trustedProxies === 0) return direct
  const forwarded = String(headers['x-forwarded-for'] ?? '').split(',')
  const address = plain(forwarded.at(-trustedProxies)?.trim() ?? '')
  return isIP(address) === 0 ? direct : address
}
