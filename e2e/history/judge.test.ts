import { describe, expect, it } from '@jest/globals'

import type { FinalState, Recorded } from './final-state.ts'
import { violations } from './judge.ts'
import { type Heard, type Operation, outcomeOf, type Sent, type Shown } from './operation.ts'

const shown = (version: number, purpose: string, status = 'PENDING'): Shown => ({
  id: 'b1',
  version,
  status,
  start_at: '2026-03-02T09:00:00.000Z',
  end_at: '2026-03-02T10:00:00.000Z',
  purpose,
  items: [{ resource_id: 'lamps', resource_unit_id: 'lamp 1' }],
})
/** The same, on another unit. */
const exchanged = (object: Shown): Shown => ({
  ...object,
  items: [{ resource_id: 'lamps', resource_unit_id: 'lamp 2' }],
})
const later = (object: Shown): Shown => ({ ...object, end_at: '2026-03-02T11:00:00.000Z' })
const heard = (status: number, body: unknown): Heard => ({
  status,
  text: JSON.stringify(body),
  contentType: 'application/json; charset=utf-8',
  location: null,
  etag: null,
  retryAfter: status === 503 ? '1' : null,
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
    const read = call(GET, 200, two, { entityId: 'b1' })
    const repetition = { operation: booked, again: { ...heard(201, one), replayed: true } }
    expect(violations([booked, edited, read], state(), [repetition])).toEqual([])
  })

  it('has nothing against a unit that is exchanged for a like one', () => {
    const moved = exchanged(shown(2, 'first'))
    expect(violations([booked], stored(moved, created, event(one, moved)))).toEqual([])
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
      'an acknowledgement of another time',
      [booked, call(PATCH, 200, later(two), { mark: 'second' })],
      state(),
      /another version 2/,
    ],
    [
      'an acknowledgement of another unit',
      [booked, call(PATCH, 200, exchanged(two), { mark: 'second' })],
      state(),
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
    [
      'a refused change of the time that has happened',
      [booked, call(PATCH, 412, {}, { entityId: 'b1' })],
      stored(later(shown(2, 'first')), created, event(one, later(shown(2, 'first')))),
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
    ...[
      { status: 'CANCELLED' },
      { start_at: '2026-03-02T08:00:00.000Z' },
      { end_at: '2026-03-02T11:00:00.000Z' },
      { purpose: 'third' },
      { purpose: null },
      { items: exchanged(two).items ?? [] },
      { items: [] },
    ].map((wrong): [string, Operation[], FinalState, RegExp] => [
      `a row that is not what its event says, but ${JSON.stringify(wrong)}`,
      [booked, edited],
      stored({ ...two, ...wrong }, created, changed),
      /stored otherwise/,
    ]),
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
    [
      'an answer of 500 that was another when it was asked for again',
      [{ ...booked, heardBefore: heard(500, {}) }, edited],
      state(),
      /answered 500/,
    ],
    [
      'an answer of 503 that does not say when to come again',
      [{ ...booked, heardBefore: { ...heard(503, {}), retryAfter: null } }, edited],
      state(),
      /without Retry-After/,
    ],
  ])('finds %s', (_, operations, stateThen, words) => {
    expect(violations(operations, stateThen).join('\n')).toMatch(words)
  })

  it.each([
    ['another status', { ...heard(200, one), replayed: true }],
    ['another body', { ...heard(201, two), replayed: true }],
    ['another type', { ...heard(201, one), contentType: 'text/plain', replayed: true }],
    ['another entity tag', { ...heard(201, one), etag: '"2"', replayed: true }],
    ['no sign of being one', heard(201, one)],
    ['nothing', undefined],
  ])('finds a repetition that hears %s', (_, again) => {
    expect(violations([booked, edited], state(), [{ operation: booked, again }]).join()).toMatch(/repeated/)
  })

  it.each([404, 409, 412])('finds a refusal of %i that is another when it is repeated', (status) => {
    const refused = call(POST, status, { code: 'no' })
    const again = { ...heard(status, { code: 'not that' }), replayed: true }
    expect(violations([booked, edited, refused], state(), [{ operation: refused, again }]).join()).toMatch(
      /repeated/,
    )
  })

  it('lets a refusal that is not kept be another when it is repeated', () => {
    const refused = call(POST, 422, {})
    const repetition = { operation: refused, again: heard(201, two) }
    expect(violations([booked, edited, refused], state(), [repetition])).toEqual([])
  })
})
