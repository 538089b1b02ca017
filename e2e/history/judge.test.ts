import { describe, expect, it } from '@jest/globals'

import type { FinalState, Recorded } from './final-state.ts'
import { violations } from './judge.ts'
import { type Operation, outcomeOf, type Sent, type Shown } from './operation.ts'

const shown = (version: number, purpose: string, status = 'PENDING'): Shown => ({
  id: 'b1',
  version,
  purpose,
  status,
})
const heard = (status: number, body: unknown) => ({
  status,
  text: JSON.stringify(body),
  location: null,
  etag: null,
  replayed: false,
})
const POST: Sent = { method: 'POST', path: '/bookings', key: 'k1' }
const PATCH: Sent = { method: 'PATCH', path: '/bookings/b1' }
const GET: Sent = { method: 'GET', path: '/bookings/b1' }

let clock = 0
function call(sent: Sent, status: number, body: unknown, more: Partial<Operation> = {}): Operation {
  const answer = heard(status, body)
  clock += 10
  return {
    client: 1,
    by: 'u1',
    what: 'call',
    sent,
    outcome: outcomeOf(answer),
    heard: answer,
    at: '2026-03-01T09:00:00Z',
    invoked: clock,
    completed: clock + 5,
    ...more,
  }
}
const event = (before: Shown | null, after: Shown): Recorded => ({
  entity: 'Booking',
  entityId: 'b1',
  action: before === null ? 'CREATE' : 'UPDATE',
  actor: 'u1',
  before,
  after,
})

const one = shown(1, 'first')
const two = shown(2, 'second')
const booked = call(POST, 201, one, { mark: 'first' })
const edited = call(PATCH, 200, two, { mark: 'second', entityId: 'b1' })
const created = event(null, one)
const changed = event(one, two)
const state = (over: Partial<FinalState> = {}): FinalState => ({
  objects: [{ ...two, entity: 'Booking' }],
  events: [created, changed],
  overlaps: 0,
  chainHolds: true,
  ...over,
})
const stored = (object: Shown, ...events: Recorded[]) =>
  state({ objects: [{ ...object, entity: 'Booking' }], events })

describe('the judge of histories', () => {
  it('has nothing against a true one', () => {
    const later = call(GET, 200, two, { entityId: 'b1' })
    const repetition = { operation: booked, again: { ...heard(201, one), replayed: true } }
    expect(violations([booked, edited, later], state(), [repetition])).toEqual([])
  })

  it('takes what nobody knows for done or not done', () => {
    const unknown = call(PATCH, 503, {}, { mark: 'second', entityId: 'b1' })
    expect(unknown.outcome).toBe('info')
    expect(violations([booked, unknown], state())).toEqual([])
    expect(violations([booked, unknown], stored(one, created))).toEqual([])
  })

  it.each<[string, Operation[], FinalState, RegExp]>([
    ['an acknowledged booking that is not there', [booked], state({ objects: [], events: [] }), /never was/],
    ['an acknowledged change that is not there', [booked, edited], stored(one, created), /never was/],
    [
      'an acknowledgement of something else',
      [booked, call(PATCH, 200, shown(2, 'third'), { mark: 'third' })],
      stored(two, created, changed),
      /another version 2/,
    ],
    [
      'a refused change that has happened',
      [booked, call(PATCH, 412, {}, { mark: 'second', entityId: 'b1' })],
      state(),
      /refused and has happened/,
    ],
    [
      'a refused step that has happened',
      [booked, call(POST, 409, {}, { entityId: 'b1' })],
      stored(shown(2, 'first', 'CANCELLED'), created, event(one, shown(2, 'first', 'CANCELLED'))),
      /were told nobody/,
    ],
    ['a change nobody asked for', [booked], state(), /nobody asked for second/],
    [
      'a booking made twice',
      [booked],
      stored(one, created, { ...created, entityId: 'b2', after: { ...one, id: 'b2' } }),
      /has happened 2 times/,
    ],
    [
      'a version that is missing',
      [booked],
      stored(shown(3, 'first'), created, event(shown(2, 'first'), shown(3, 'first'))),
      /where 2 is next/,
    ],
    [
      'a change that does not begin where the one before ended',
      [booked, edited],
      state({ events: [created, event(null, two)] }),
      /does not begin/,
    ],
    [
      'a row that is older than its events',
      [booked, edited],
      state({ objects: [{ ...one, entity: 'Booking' }] }),
      /its events another/,
    ],
    [
      'a row that is not what its event says',
      [booked, edited],
      state({ objects: [{ ...two, status: 'CANCELLED', entity: 'Booking' }] }),
      /stored otherwise/,
    ],
    ['a read of the past', [booked, edited, call(GET, 200, one)], state(), /version 1 after version 2/],
    [
      'an update that was lost',
      [booked, edited, call(PATCH, 200, two)],
      state(),
      /version 2 after version 2/,
    ],
    ['units taken twice', [booked, edited], state({ overlaps: 1 }), /at the same time/],
    ['a broken chain', [booked, edited], state({ chainHolds: false }), /chain of the audit/],
    ['an answer of 500', [booked, edited, call(GET, 500, {})], state(), /answered 500/],
  ])('finds %s', (_, operations, stateThen, words) => {
    expect(violations(operations, stateThen).join('\n')).toMatch(words)
  })

  it.each([
    ['another status', { ...heard(200, one), replayed: true }],
    ['another body', { ...heard(201, two), replayed: true }],
    ['another entity tag', { ...heard(201, one), etag: '"2"', replayed: true }],
    ['no sign of being one', heard(201, one)],
    ['nothing', undefined],
  ])('finds a repetition that hears %s', (_, again) => {
    expect(violations([booked, edited], state(), [{ operation: booked, again }]).join()).toMatch(/repeated/)
  })
})
