import { describe, expect, it } from '@jest/globals'
import { ENDPOINTS } from '@kitroom/contracts'

import { routeTable } from './route-table.ts'

const find = routeTable(ENDPOINTS)
const ID = '01941f29-7c00-7000-8000-000000000000'

describe('the route table', () => {
  it.each(ENDPOINTS.map((endpoint) => [`${endpoint.method} ${endpoint.path}`, endpoint] as const))(
    'finds %s',
    (_, endpoint) => {
      const path = endpoint.path.replaceAll(/\{\w+\}/g, ID)
      expect(find(path)?.endpointFor(endpoint.method)).toBe(endpoint)
    },
  )

  it('takes a fixed path before one with a parameter', () => {
    expect(find('/audit/verify')?.endpointFor('GET')?.name).not.toBe(
      find(`/audit/${ID}`)?.endpointFor('GET')?.name,
    )
  })

  it('answers HEAD by GET, and lists the methods of a path once each', () => {
    expect(find('/resources')?.endpointFor('HEAD')?.name).toBe('listResources')
    expect(find('/resources')?.allow).toBe('GET, HEAD, OPTIONS, POST')
    expect(find('/auth/login')?.allow).toBe('OPTIONS, POST')
  })

  it.each(['TRACE', 'PUT', 'CONNECT', 'get', 'DELETE', ''])('knows no %j of a list', (method) => {
    expect(find('/resources')?.endpointFor(method)).toBeUndefined()
  })

  it.each([
    '/resources/',
    '/Resources',
    '//resources',
    '/resources//',
    '/resources/%2F/units/',
    '/resource',
    '/%72esources',
    `/units/${ID}/Restore`,
    '',
    '/',
    'resources',
    '*',
    '/resources;x=1',
    '/__proto__',
    '/constructor',
  ])('does not know %j', (path) => {
    expect(find(path)).toBeUndefined()
  })

  it('leaves what is encoded in a parameter as one parameter', () => {
    expect(find('/bookings/a%2fapprove')?.endpointFor('GET')?.name).toBe('getBooking')
    expect(find('/bookings/a%2fapprove')?.endpointFor('POST')).toBeUndefined()
  })
})
