import { describe, expect, it } from '@jest/globals'
import { Failure } from '@kitroom/errors'

import { Booking } from '../booking.ts'
import { bookingSnapshot } from '../booking-facts.ts'
import { BookingItem, type Condition, type ItemState } from '../booking-item.ts'
import { handOut, type HandOver, takeBack } from './hand-over.ts'
import { ITEM_FROM, type ItemStep, requireItem } from './item-step.ts'
import { MAX_NOTES_LENGTH } from './notes.ts'

const MINUTE = 60_000
const START = new Date('2026-03-02T09:00:00.000Z')
const END = new Date('2026-03-02T17:00:00.000Z')
const after = (start: Date, minutes: number) => new Date(start.getTime() + minutes * MINUTE)

let made = 0
const newId = () => `id-${(made += 1)}`

/** An approved booking of three cameras. */
function approved(units = ['c-1', 'c-2', 'c-3']): Booking {
  const booking = new Booking(
    {
      id: 'b',
      orgId: 'o',
      requesterUserId: 'student',
      period: { startAt: START, endAt: END },
      purpose: null,
      wishes: units.map((unitId) => ({ resourceId: 'camera', unitId })),
      draft: false,
    },
    { by: 'student', at: after(START, -600) },
    newId,
  )
  booking.approve({ by: 'desk', at: after(START, -500) }, newId)
  return booking
}

const seen = (unitId: string, condition: Condition | null = null, note: string | null = null) => ({
  unitId,
  condition,
  note,
})
const all = (at: Date, ...noted: HandOver['seen']): HandOver => ({ at, seen: noted, partial: false })
const only = (at: Date, ...noted: HandOver['seen']): HandOver => ({ at, seen: noted, partial: true })
const out = (booking: Booking, what: HandOver, now = what.at) =>
  handOut(booking, { by: 'desk', at: now }, what, 60, newId).map((item) => item.resourceUnitId)
const back = (booking: Booking, what: HandOver, now = what.at) =>
  takeBack(booking, { by: 'desk', at: now }, what, newId).map((item) => item.resourceUnitId)
const states = (booking: Booking) => booking.items.map(({ state }) => state)

const refusal = (work: () => void): unknown => {
  try {
    work()
  } catch (error) {
    return error instanceof Failure ? (error.errors?.[0]?.pointer ?? error.code) : error
  }
  return 'allowed'
}

describe('an item', () => {
  const STEPS: Record<ItemStep, readonly ItemState[]> = {
    scan: ['WAITING'],
    'hand out': ['WAITING'],
    'take back': ['OUT'],
    swap: ['WAITING', 'OUT'],
    'take off': ['WAITING'],
  }
  const inState = (state: ItemState) => {
    const item = new BookingItem({ id: 'i', orgId: 'o', bookingId: 'b', position: 0 }, { resourceId: 'r' })
    if (state !== 'WAITING') item.handedOutAt = START
    if (state === 'BACK') item.returnedAt = END
    return item
  }
  const pairs = (Object.keys(ITEM_FROM) as ItemStep[]).flatMap((step) =>
    (['WAITING', 'OUT', 'BACK'] as const).map((state) => ({ step, state, may: STEPS[step].includes(state) })),
  )

  it.each(pairs)('that is $state and is to “$step”: allowed is $may', ({ step, state, may }) => {
    const item = inState(state)
    expect(item.state).toBe(state)
    expect(refusal(() => requireItem(item, step))).toBe(may ? 'allowed' : 'invalid-transition')
  })
})

describe('the hand-out', () => {
  it('of everything makes it a loan, with what the desk saw', () => {
    const booking = approved()
    expect(out(booking, all(START, seen('c-2', 'WORN', 'Scratched lens.')))).toEqual(['c-1', 'c-2', 'c-3'])
    expect(booking).toMatchObject({ status: 'CHECKED_OUT', pickedUpAt: START })
    expect(booking.items).toMatchObject([
      { handedOutAt: START, handedOutCondition: null },
      { handedOutAt: START, handedOutCondition: 'WORN', handOutNote: 'Scratched lens.' },
      { handedOutAt: START, handedOutCondition: null },
    ])
  })

  it('of a part makes it a loan too, and the rest follows without another entry in the history', () => {
    const booking = approved()
    expect(out(booking, only(START, seen('c-2')))).toEqual(['c-2'])
    expect([booking.status, ...states(booking)]).toEqual(['CHECKED_OUT', 'WAITING', 'OUT', 'WAITING'])
    const { updatedAt } = booking
    expect(out(booking, only(after(START, 5), seen('c-3')))).toEqual(['c-3'])
    expect(out(booking, all(after(START, 9)))).toEqual(['c-1'])
    expect(booking.history.map(({ status }) => status)).toEqual(['PENDING', 'APPROVED', 'CHECKED_OUT'])
    expect(booking.updatedAt > updatedAt).toBe(true)
    expect(booking.pickedUpAt).toBe(START)
  })

  it('is refused when nothing is left, and of what is out already', () => {
    const booking = approved()
    out(booking, only(START, seen('c-1')))
    expect(refusal(() => out(booking, only(START, seen('c-1'))))).toBe('invalid-transition')
    expect(refusal(() => out(booking, all(START, seen('c-1'))))).toBe('invalid-transition')
    out(booking, all(START))
    expect(refusal(() => out(booking, all(START)))).toBe('invalid-transition')
  })

  it('is of the booking’s own units only', () => {
    expect(refusal(() => out(approved(), all(START, seen('c-1'), seen('c-9'))))).toBe(
      '/items/1/resource_unit_id',
    )
  })

  it('begins with the early pick-up window, not a millisecond before', () => {
    const opens = after(START, -60)
    expect(refusal(() => out(approved(), all(new Date(opens.getTime() - 1))))).toBe('invalid-transition')
    expect(refusal(() => out(approved(), all(opens)))).toBe('allowed')
  })

  it('cannot lie in the future, and may be told late', () => {
    expect(refusal(() => out(approved(), all(new Date(START.getTime() + 1)), START))).toBe('/picked_up_at')
    const booking = approved()
    out(booking, only(after(START, 30), seen('c-1')))
    out(booking, only(START, seen('c-2')), after(START, 40))
    expect(booking.pickedUpAt).toEqual(START)
  })

  it('of everything that was at risk ends the doubt', () => {
    const booking = approved()
    booking.doubt('unit-overdue', START)
    out(booking, only(START, seen('c-1')))
    expect(booking.atRiskSince).not.toBeNull()
    out(booking, all(START))
    expect(booking.atRiskSince).toBeNull()
  })
})

describe('the return', () => {
  const lent = () => {
    const booking = approved()
    out(booking, all(START))
    return booking
  }

  it('of everything ends the loan', () => {
    const booking = lent()
    expect(back(booking, all(END, seen('c-3', 'DAMAGED', 'Fell.')))).toEqual(['c-1', 'c-2', 'c-3'])
    expect(booking).toMatchObject({ status: 'RETURNED', returnedAt: END })
    expect(booking.items[2]).toMatchObject({ returnedCondition: 'DAMAGED', returnNote: 'Fell.' })
  })

  it('of a part leaves the rest out, and the last part ends the loan at the latest of their times', () => {
    const booking = lent()
    expect(back(booking, only(after(END, 90), seen('c-2')))).toEqual(['c-2'])
    expect([booking.status, ...states(booking)]).toEqual(['CHECKED_OUT', 'OUT', 'BACK', 'OUT'])
    expect(booking.returnedAt).toBeNull()
    // Told later, though it happened before.
    back(booking, all(after(END, 30)), after(END, 100))
    expect(booking).toMatchObject({ status: 'RETURNED', returnedAt: after(END, 90) })
    expect(booking.history.map(({ status }) => status)).toEqual([
      ...['PENDING', 'APPROVED', 'CHECKED_OUT', 'RETURNED'],
    ])
  })

  it('ends the loan when nothing is out any more, although not everything ever was', () => {
    const booking = approved()
    out(booking, only(START, seen('c-1')))
    expect(back(booking, only(END, seen('c-1')))).toEqual(['c-1'])
    expect([booking.status, ...states(booking)]).toEqual(['RETURNED', 'BACK', 'WAITING', 'WAITING'])
    expect(booking.returnedAt).toEqual(END)
  })

  it('is of what is out only', () => {
    const booking = approved()
    out(booking, only(START, seen('c-1'), seen('c-2')))
    back(booking, only(END, seen('c-1')))
    expect(refusal(() => back(booking, only(END, seen('c-1'))))).toBe('invalid-transition')
    expect(refusal(() => back(booking, only(END, seen('c-3'))))).toBe('invalid-transition')
    expect(refusal(() => back(booking, all(END, seen('c-9'))))).toBe('/items/0/resource_unit_id')
  })

  it('cannot lie in the future, nor before the unit was picked up', () => {
    const booking = approved()
    out(booking, only(START, seen('c-1')))
    out(booking, only(after(START, 30), seen('c-2')))
    expect(refusal(() => back(booking, all(new Date(END.getTime() + 1)), END))).toBe('/returned_at')
    expect(refusal(() => back(booking, all(after(START, 29)), END))).toBe('/returned_at')
    expect(refusal(() => back(booking, only(after(START, 29), seen('c-1')), END))).toBe('allowed')
  })

  it('is of the unit as it is now part of the loan, when it was part of it before', () => {
    const booking = lent()
    back(booking, only(END, seen('c-1')))
    const again = new BookingItem(
      { id: newId(), orgId: 'o', bookingId: 'b', position: 3 },
      { resourceId: 'camera', unitId: 'c-1' },
    )
    again.handedOutAt = END
    booking.items = [...booking.items, again]
    expect(back(booking, only(after(END, 1), seen('c-1', 'WORN')))).toEqual(['c-1'])
    expect(again.returnedCondition).toBe('WORN')
    expect(booking.items[0]?.returnedCondition).toBeNull()
  })
})

describe('the notes of a booking', () => {
  it('have a length that an event can tell, even of 500 units and in the longest spelling', () => {
    const units = Array.from({ length: 500 }, () => crypto.randomUUID() as string)
    const booking = approved(units)
    for (const item of booking.items)
      Object.assign(item, { id: crypto.randomUUID(), resourceId: item.resourceUnitId })
    const before = bookingSnapshot(booking)
    // A control character is six bytes of JSON.
    const note = '\u0001'.repeat(MAX_NOTES_LENGTH / 500)
    out(booking, all(START, ...units.map((unit) => seen(unit, 'DAMAGED', note))))
    const middle = bookingSnapshot(booking)
    const event = (...parts: object[]) => Buffer.byteLength(JSON.stringify(parts))
    const limit = 1024 * 1024 - 16 * 1024
    expect(event(before, middle)).toBeLessThan(limit)
    back(booking, all(END, ...units.map((unit) => seen(unit, 'DAMAGED', null))))
    expect(event(middle, bookingSnapshot(booking))).toBeLessThan(limit)
  })

  it('are refused beyond that', () => {
    const booking = approved()
    const long = 'x'.repeat(MAX_NOTES_LENGTH)
    expect(refusal(() => out(booking, only(START, seen('c-1', null, long))))).toBe('allowed')
    expect(refusal(() => back(booking, only(END, seen('c-1', null, 'x'))))).toBe('/items')
  })
})
