import { describe, expect, it } from '@jest/globals'

import { clientAddress } from './client-address.ts'

const from = (remoteAddress: string, trustedProxies: number, forwarded?: string) =>
  clientAddress(
    { socket: { remoteAddress }, headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded } },
    trustedProxies,
  )

describe('the address of a client', () => {
  it('is that of the connection, whatever X-Forwarded-For says, when no proxy is trusted', () => {
    expect(from('198.51.100.7', 0, '203.0.113.1')).toBe('198.51.100.7')
    expect(from('::ffff:198.51.100.7', 0)).toBe('198.51.100.7')
  })

  it('is what the outermost of our proxies saw', () => {
    expect(from('10.0.0.1', 1, '6.6.6.6, 203.0.113.1')).toBe('203.0.113.1')
    expect(from('10.0.0.1', 2, '6.6.6.6, 203.0.113.1, 10.0.0.2')).toBe('203.0.113.1')
    expect(from('10.0.0.1', 1, '2001:db8::1')).toBe('2001:db8::1')
  })

  it.each([undefined, '', 'localhost', '203.0.113.1:443', '<script>'])(
    'is that of the connection when the proxy said %j',
    (forwarded) => {
      expect(from('10.0.0.1', 1, forwarded)).toBe('10.0.0.1')
    },
  )
})
