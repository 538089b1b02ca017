import { describe, expect, it } from '@jest/globals'
import { type Call, Replayed } from '@kitroom/contracts'
import { Failure } from '@kitroom/errors'

import type { Ports, Work } from '../ports.ts'
import { notingRefusals } from './note-refusal.ts'
import type { RefusedDemand } from './ports.ts'

const period = { startAt: new Date('2026-03-01T09:00:00Z'), endAt: new Date('2026-03-01T10:00:00Z') }
const demand = {
  userId: 'ann',
  period,
  wishes: [{ resourceId: 'lamp' }, { resourceId: 'stand' }, { resourceId: 'lamp' }],
}
const call = { orgId: 'o', userId: 'desk', requestId: 'r', once: {} } as unknown as Call
const refusal = (facts: Record<string, unknown>, code: Failure['code'] = 'unit-unavailable') =>
  new Failure(code, 'No.', { facts })

/** Does some work that ends like this, and tells what was noted and what the caller heard. */
async function outcome(end: () => Promise<unknown>, asked: typeof demand | null = demand) {
  const noted: RefusedDemand[] = []
  const origins: unknown[] = []
  let made = 0
  const ports: Pick<Ports, 'inTransaction' | 'noteRefusal' | 'newId'> = {
    inTransaction: (_, work) => work({} as Work),
    noteRefusal: (origin, refused) => {
      origins.push(origin)
      noted.push(...refused)
      return Promise.resolve()
    },
    newId: () => `id-${(made += 1)}`,
  }
  const work = notingRefusals(ports)(call, (_, asks) => {
    if (asked !== null) asks(asked)
    return end()
  })
  const heard: unknown = await work.catch((error: unknown) => error)
  return { heard, noted, origins }
}

describe('work that takes units', () => {
  it('is noted when it is refused, a row for each resource that was full, outside of the request’s own key', async () => {
    const refused = refusal({ resource_ids: ['lamp'] })
    expect(await outcome(() => Promise.reject(refused))).toEqual({
      heard: refused,
      noted: [{ id: 'id-1', resourceId: 'lamp', userId: 'ann', period, units: 2 }],
      origins: [{ orgId: 'o', userId: null, requestId: 'r' }],
    })
  })

  it('is noted for all resources when a unit was taken at the same moment', async () => {
    const { noted } = await outcome(() => Promise.reject(refusal({ conflicts: [] })))
    expect(noted.map(({ resourceId, units }) => [resourceId, units])).toEqual([
      ['lamp', 2],
      ['stand', 1],
    ])
  })

  it.each<[string, Error, typeof demand | null]>([
    ['for another reason', refusal({ resource_ids: ['lamp'] }, 'resource-withdrawn'), demand],
    ['before it was known what it is about', refusal({ resource_ids: ['lamp'] }), null],
    ['as it was before', new Replayed({ status: 409, headers: {}, body: '' }), demand],
    ['by a bug', new TypeError('x'), demand],
  ])('is not noted when it is refused %s', async (_, error, asked) => {
    const answer = await outcome(() => Promise.reject(error), asked)
    expect(answer).toEqual({ heard: error, noted: [], origins: [] })
  })

  it('is not noted when it succeeds', async () => {
    expect(await outcome(() => Promise.resolve('done'))).toEqual({ heard: 'done', noted: [], origins: [] })
  })
})
