import { describe, expect, it } from '@jest/globals'

import { originForm } from './framing.ts'

const target = (url: string, host?: string) =>
  originForm({ url, headers: host === undefined ? {} : { host } })

describe('the target of a request', () => {
  it.each(['/', '/resources?limit[gt]=5', '/resources?q=%22a%22|b', '/bookings/..%2f', '/a/../b'])(
    'is taken as it was sent: %s',
    (url) => {
      expect(target(url)).toBe(url)
    },
  )

  it('may be absolute when it names the host of the Host header', () => {
    expect(target('http://lend.example:8080/resources?q=1', 'Lend.example:8080')).toBe('/resources?q=1')
    expect(() => target('http://other.example/resources', 'lend.example')).toThrow(/different hosts/)
    expect(() => target('http://lend.example', 'lend.example')).toThrow(/must be a path/)
  })

  it.each([
    '*',
    '',
    'resources',
    '/a\\b',
    '/a#b',
    '/a?b#c',
    '/a?b\\c',
    '/\u00e4',
    '/a b',
    'lend.example:443',
  ])('is refused when parsers differ about it: %j', (url) => {
    expect(() => target(url, 'lend.example')).toThrow(expect.objectContaining({ status: 400 }))
  })

  it('is at most 8 KiB long', () => {
    expect(target(`/${'a'.repeat(8191)}`)).toHaveLength(8192)
    expect(() => target(`/${'a'.repeat(8192)}`)).toThrow(expect.objectContaining({ status: 414 }))
  })
})
