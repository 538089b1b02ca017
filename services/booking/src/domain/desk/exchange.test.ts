import { describe, expect, it } from '@jest/globals'
import { Failure } from '@kitroom/errors'

import { Booking } from '../booking.ts'
import { MAX_LOAN_ITEMS, scan, swap, takeOff } from './exchange.ts'
import { handOut } from './hand-over.ts'

const START = new Date('2026-03-02T09:00:00.000Z')
const END = new Date('2026-03-02T17:00:00.000Z')
const NOON = new Date('2026-03-02T12:00:00.000Z')
const UNSEEN = { condition: null, note: null }

let made = 0
const newId = () => `id-${(made += 1)}`

/** An approved booking of some microphone, placed on m-1, and of camera c-7. */
function approved(): Booking {
  const act = { by: 'desk', at: new Date('2026-03-01T09:00:00.000Z') }
  const booking = new Booking(
    {
      id: 'b',
      orgId: 'o',
      requesterUserId: 'student',
      period: { startAt: START, endAt: END },
      purpose: null,
      wishes: [{ resourceId: 'microphone' }, { resourceId: 'camera', unitId: 'c-7' }],
      draft: false,
    },
    act,
    newId,
  )
  booking.settle(new Map([[booking.items[0]?.id ?? '', 'm-1']]), act.at)
  booking.approve(act, newId)
  return booking
}
function lent(): Booking {
  const booking = approved()
  handOut(booking, { by: 'desk', at: START }, { at: START, seen: [], partial: false }, 60, newId)
  return booking
}

const mic = (number: number) => ({ unitId: `m-${number}`, resourceId: 'microphone' })
const camera = (number: number) => ({ unitId: `c-${number}`, resourceId: 'camera' })
const units = (booking: Booking) => booking.items.map(({ resourceUnitId }) => resourceUnitId)
const idAt = (booking: Booking, index: number) => booking.items[index]?.id ?? ''

const refusal = (work: () => void): unknown => {
  try {
    work()
  } catch (error) {
    return error instanceof Failure ? (error.errors?.[0]?.pointer ?? error.code) : error
  }
  return 'allowed'
}

describe('a scan', () => {
  it('puts the unit in the place of the one that was chosen for its resource, and keeps it there', () => {
    const booking = approved()
    const [item] = booking.items
    const exchange = scan(booking, mic(4), NOON, newId)
    expect(exchange).toEqual({ freed: [item], taken: item, added: false })
    expect(units(booking)).toEqual(['m-4', 'c-7'])
    expect(item?.pinned).toBe(true)
    expect(booking.updatedAt).toEqual(NOON)
  })

  it('prefers the item that is on the unit already', () => {
    const booking = approved()
    scan(booking, mic(4), NOON, newId)
    const other = scan(booking, mic(5), NOON, newId)?.taken
    expect(units(booking)).toEqual(['m-4', 'c-7', 'm-5'])
    if (other !== undefined) other.pinned = false
    expect(scan(booking, mic(4), NOON, newId)).toBeUndefined()
    expect(scan(booking, mic(5), NOON, newId)?.taken).toBe(other)
  })

  it('adds a unit when the booking asks for none of its resource, or for another by name', () => {
    const booking = approved()
    const lamp = scan(booking, { unitId: 'l-1', resourceId: 'lamp' }, NOON, newId)
    const second = scan(booking, camera(8), NOON, newId)
    expect(units(booking)).toEqual(['m-1', 'c-7', 'l-1', 'c-8'])
    expect([lamp, second]).toMatchObject([
      { freed: [], added: true, taken: { position: 2, pinned: true, state: 'WAITING' } },
      { freed: [], added: true, taken: { position: 3, pinned: true, state: 'WAITING' } },
    ])
  })

  it('of a unit that is there for good does nothing until it is to go out', () => {
    const booking = approved()
    const { updatedAt } = booking
    expect(scan(booking, camera(7), NOON, newId)).toBeUndefined()
    expect(booking.updatedAt).toBe(updatedAt)
    const begun = approved()
    handOut(
      begun,
      { by: 'd', at: START },
      { at: START, seen: [{ unitId: 'm-1', ...UNSEEN }], partial: true },
      60,
      newId,
    )
    expect(scan(begun, camera(7), NOON, newId)).toMatchObject({ added: false, taken: begun.items[1] })
  })

  it('of a unit that is out with this loan is refused, and of one that came back is a unit more', () => {
    const booking = lent()
    expect(refusal(() => scan(booking, camera(7), NOON, newId))).toBe('invalid-transition')
    for (const item of booking.items) item.returnedAt = NOON
    expect(scan(booking, camera(7), NOON, newId)).toMatchObject({ added: true })
    expect(units(booking)).toEqual(['m-1', 'c-7', 'c-7'])
  })

  it('adds nothing to a loan whose end has come, or that has 500 units', () => {
    const booking = lent()
    expect(refusal(() => scan(booking, camera(8), END, newId))).toBe('invalid-transition')
    expect(refusal(() => scan(booking, camera(8), new Date(END.getTime() - 1), newId))).toBe('allowed')
    for (let number = booking.items.length; number < MAX_LOAN_ITEMS; number++) {
      scan(booking, camera(100 + number), NOON, newId)
    }
    expect(booking.items).toHaveLength(500)
    expect(refusal(() => scan(booking, camera(999), NOON, newId))).toBe('invalid-transition')
  })
})

describe('a swap', () => {
  it('before hand-out moves the item, and keeps it there', () => {
    const booking = approved()
    const [item] = booking.items
    expect(swap(booking, idAt(booking, 0), mic(2), UNSEEN, NOON, newId)).toEqual({
      freed: [item],
      taken: item,
      added: false,
    })
    expect(units(booking)).toEqual(['m-2', 'c-7'])
    expect(item?.pinned).toBe(true)
  })

  it('during the loan takes the unit back, with what was seen of it, and adds the other', () => {
    const booking = lent()
    const seen = { condition: 'DAMAGED' as const, note: 'No sound.' }
    const { freed, taken } = swap(booking, idAt(booking, 0), mic(2), seen, NOON, newId)
    expect(freed).toEqual([booking.items[0]])
    expect(taken).toBe(booking.items[2])
    expect(booking.items).toMatchObject([
      {
        resourceUnitId: 'm-1',
        state: 'BACK',
        returnedAt: NOON,
        returnedCondition: 'DAMAGED',
        returnNote: 'No sound.',
      },
      { resourceUnitId: 'c-7', state: 'OUT', returnedAt: null },
      { resourceUnitId: 'm-2', state: 'WAITING', pinned: true },
    ])
    expect(booking.status).toBe('CHECKED_OUT')
  })

  it.each<[string, (booking: Booking) => unknown, string]>([
    [
      'onto a unit of another resource',
      (b) => swap(b, idAt(b, 0), camera(1), UNSEEN, NOON, newId),
      '/resource_unit_id',
    ],
    ['onto its own unit', (b) => swap(b, idAt(b, 0), mic(1), UNSEEN, NOON, newId), '/resource_unit_id'],
    [
      'of an item that is none of the booking’s',
      (b) => swap(b, 'else', mic(2), UNSEEN, NOON, newId),
      'not-found',
    ],
    [
      'that tells of a unit which was never out',
      (b) => swap(b, idAt(b, 0), mic(2), { condition: 'WORN', note: null }, NOON, newId),
      '/condition',
    ],
    [
      'that has a note on a unit which was never out',
      (b) => swap(b, idAt(b, 0), mic(2), { condition: null, note: 'x' }, NOON, newId),
      '/note',
    ],
  ])('%s is refused', (_, work, expected) => {
    const booking = approved()
    expect(refusal(() => work(booking))).toBe(expected)
  })

  it('of what is back, or of a loan whose end has come, is refused', () => {
    const booking = lent()
    expect(refusal(() => swap(booking, idAt(booking, 0), mic(2), UNSEEN, END, newId))).toBe(
      'invalid-transition',
    )
    swap(booking, idAt(booking, 0), mic(2), UNSEEN, NOON, newId)
    expect(refusal(() => swap(booking, idAt(booking, 0), mic(3), UNSEEN, NOON, newId))).toBe(
      'invalid-transition',
    )
  })
})

describe('an item is taken off', () => {
  it('before it goes out', () => {
    const booking = approved()
    const [item, kept] = booking.items
    expect(takeOff(booking, idAt(booking, 0), NOON)).toBe(item)
    expect(booking.items).toEqual([kept])
    expect(booking.updatedAt).toEqual(NOON)
  })

  it('never as the last one, nor when it is out or somebody else’s', () => {
    const booking = approved()
    takeOff(booking, idAt(booking, 0), NOON)
    expect(refusal(() => takeOff(booking, idAt(booking, 0), NOON))).toBe('invalid-transition')
    expect(refusal(() => takeOff(lent(), 'else', NOON))).toBe('not-found')
    const out = lent()
    expect(refusal(() => takeOff(out, idAt(out, 0), NOON))).toBe('invalid-transition')
  })
})
