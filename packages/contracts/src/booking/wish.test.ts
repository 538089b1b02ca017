import { describe, expect, it } from '@jest/globals'
import type { z } from 'zod'

import { BookingChange, BookingWish } from './wish.ts'

const UNIT = '01941f29-7c00-7000-8000-00000000000a'
const RESOURCE = '01941f29-7c00-7000-8000-0000000000ff'

const wish = {
  start_at: '2026-03-01T09:00:00.000Z',
  end_at: '2026-03-01T17:00:00+01:00',
  items: [{ resource_unit_id: UNIT }],
}

/** The JSON pointers of all objections. */
const places = (schema: z.ZodType, body: unknown): string[] =>
  (schema.safeParse(body).error?.issues ?? []).map(({ path }) =>
    path.map((step) => `/${String(step)}`).join(''),
  )

describe('a wish for a booking', () => {
  it('is read with its times as instants and its ids in lower case', () => {
    expect(BookingWish.parse({ ...wish, items: [{ resource_unit_id: UNIT.toUpperCase() }] })).toEqual({
      start_at: new Date('2026-03-01T09:00:00Z'),
      end_at: new Date('2026-03-01T16:00:00Z'),
      purpose: null,
      items: [{ resource_unit_id: UNIT }],
    })
  })

  it('asks for one unit of a resource unless it says how many', () => {
    const items = [{ resource_id: RESOURCE }, { resource_id: RESOURCE, quantity: 3 }]
    expect(BookingWish.parse({ ...wish, items }).items).toEqual([
      { resource_id: RESOURCE, quantity: 1 },
      { resource_id: RESOURCE, quantity: 3 },
    ])
  })

  it.each([
    ['ends when it starts', { end_at: wish.start_at }, ['/end_at']],
    ['ends before it starts', { end_at: '2026-03-01T08:59:59.999Z' }, ['/end_at']],
    ['lasts a millisecond beyond 366 days', { end_at: '2027-03-02T09:00:00.001Z' }, ['/end_at']],
    ['starts on 30 February', { start_at: '2026-02-30T09:00:00Z' }, ['/start_at']],
    ['has no end', { end_at: undefined }, ['/end_at']],
    ['has no items', { items: [] }, ['/items']],
    ['has items that are no list', { items: { 0: { resource_unit_id: UNIT } } }, ['/items']],
    ['has 51 items', { items: Array.from({ length: 51 }, () => ({ resource_id: RESOURCE })) }, ['/items']],
    [
      'asks for 51 units in all',
      { items: [{ resource_id: RESOURCE, quantity: 50 }, { resource_unit_id: UNIT }] },
      ['/items'],
    ],
    [
      'asks for a unit twice, in whatever case',
      { items: [{ resource_unit_id: UNIT }, { resource_unit_id: UNIT.toUpperCase() }] },
      ['/items/1/resource_unit_id'],
    ],
    [
      'has an item without unit and resource',
      { items: [{ resource_unit_id: UNIT }, {}] },
      ['/items/1/resource_unit_id'],
    ],
    [
      'has an item with unit and resource',
      { items: [{ resource_unit_id: UNIT, resource_id: RESOURCE }] },
      ['/items/0/resource_id'],
    ],
    ['counts a unit', { items: [{ resource_unit_id: UNIT, quantity: 2 }] }, ['/items/0/quantity']],
    [
      'asks for no unit of a resource',
      { items: [{ resource_id: RESOURCE, quantity: 0 }] },
      ['/items/0/quantity'],
    ],
    ['has a number as text', { items: [{ resource_id: RESOURCE, quantity: '2' }] }, ['/items/0/quantity']],
    ['has an id that is none', { items: [{ resource_unit_id: 'U87' }] }, ['/items/0/resource_unit_id']],
    [
      'has an item with a field too many',
      { items: [{ resource_unit_id: UNIT, colour: 'red' }] },
      ['/items/0'],
    ],
    ['has a purpose of white space', { purpose: ' ' }, ['/purpose']],
    ['claims to be approved', { status: 'APPROVED' }, ['/status']],
    ['names its requester', { requester_user_id: UNIT }, ['']],
    ['has several faults', { end_at: 'soon', on_behalf_of: 7 }, ['/end_at', '/on_behalf_of']],
  ])('is refused when it %s', (_, fault, expected) => {
    expect(places(BookingWish, { ...wish, ...fault })).toEqual(expected)
  })

  it('may last 366 days and have 50 units', () => {
    const items = [{ resource_unit_id: UNIT }, { resource_id: RESOURCE, quantity: 49 }]
    expect(places(BookingWish, { ...wish, end_at: '2027-03-02T09:00:00Z', items })).toEqual([])
  })

  it.each([[null], [[]], ['{}'], [1]])('is not %j', (body) => {
    expect(places(BookingWish, body)).toEqual([''])
  })
})

describe('a change of a booking', () => {
  it('may name one end of the time alone', () => {
    expect(BookingChange.parse({ end_at: wish.end_at })).toEqual({ end_at: new Date(wish.end_at) })
  })

  it('can take the purpose away', () => {
    expect(BookingChange.parse({ purpose: null })).toEqual({ purpose: null })
  })

  it('obeys the rules of a booking in what it names', () => {
    expect(places(BookingChange, { start_at: wish.start_at, end_at: wish.start_at })).toEqual(['/end_at'])
    expect(places(BookingChange, { items: [] })).toEqual(['/items'])
    expect(places(BookingChange, { status: 'APPROVED' })).toEqual([''])
  })

  it('changes something', () => {
    expect(places(BookingChange, {})).toEqual([''])
  })
})
