import { describe, expect, it } from '@jest/globals'

import type { Period } from '../period.ts'
import { allocate, type AllocationRequest, type Wish } from './allocation.ts'
import { overfull, pack, type Piece } from './interval-packing.ts'
import { freeCounts } from './unit-calendar.ts'

const at = (hour: number) => new Date(Date.UTC(2026, 2, 2, hour))
const from = (start: number, end: number): Period => ({ startAt: at(start), endAt: at(end) })
const kept = (unitId: string, start: number, end: number) => ({ unitId, period: from(start, end) })
const item = (itemId: string, unitId: string, start: number, end: number) => ({
  itemId,
  ...kept(unitId, start, end),
})
const ask = (request: Partial<AllocationRequest>, budget?: number) =>
  allocate({ units: ['a', 'b'], fixed: [], movable: [], wanted: [], ...request }, budget)
const fits = (placed: string[], ...moves: [itemId: string, from: string, to: string][]) => ({
  outcome: 'fits',
  placed,
  moves: expect.arrayContaining(moves.map(([itemId, from, to]) => ({ itemId, from, to }))),
})
const steps = (...all: [from: number, to: number, free: number][]) =>
  all.map(([start, end, free]) => ({ from: at(start), to: at(end), free }))
const numbered = (count: number) => Array.from({ length: count }, (_, index) => `u${index}`)

describe('a booking by resource', () => {
  it('starts at the instant another one ends, on the same unit', () => {
    const fixed = [kept('a', 9, 12), kept('a', 15, 18)]
    expect(ask({ units: ['a'], fixed, wanted: [from(12, 15)] })).toEqual(fits(['a']))
  })

  it('takes the tightest gap, so that long gaps stay for long bookings', () => {
    const fixed = [kept('a', 6, 8), kept('a', 13, 20), kept('b', 6, 9), kept('b', 12, 20)]
    expect(ask({ units: ['a', 'b', 'c'], fixed, wanted: [from(9, 12)] })).toEqual(fits(['b']))
  })

  it('gets as many different units as it asks for', () => {
    const wanted = [from(8, 11), from(8, 11)]
    expect(ask({ units: ['a', 'b', 'c'], fixed: [kept('b', 9, 10)], wanted })).toEqual(fits(['a', 'c']))
  })

  it('fits between scattered bookings by moving one of them', () => {
    const movable = [item('morning', 'a', 9, 12), item('evening', 'b', 15, 18)]
    expect(ask({ movable, wanted: [from(11, 16)] })).toEqual(fits(['b'], ['evening', 'b', 'a']))
  })

  it('fits by a move that needs another move', () => {
    const movable = [item('first', 'a', 9, 12), item('second', 'b', 11, 14)]
    expect(ask({ fixed: [kept('b', 8, 9)], movable, wanted: [from(8, 10)] })).toEqual(
      fits(['a'], ['first', 'a', 'b'], ['second', 'b', 'a']),
    )
  })

  it('fits at the end of a chain of a thousand moves', () => {
    const movable = Array.from({ length: 1_000 }, (_, n) =>
      item(`i${n}`, n % 2 ? 'b' : 'a', 2 * n, 2 * n + 3),
    )
    const answer = ask({ fixed: [kept('b', -1, 0)], movable, wanted: [from(-1, 1)] })
    expect(answer).toMatchObject({ outcome: 'fits', placed: ['a'] })
    expect(answer).toHaveProperty('moves.length', 1_000)
  })

  it('is refused when pinned bookings are in the way, and hears when, but not whose', () => {
    const fixed = [{ ...kept('a', 9, 12), requester: 'somebody' }, kept('b', 15, 18), kept('b', 18, 20)]
    expect(ask({ fixed, wanted: [from(11, 16)] })).toEqual({
      outcome: 'full',
      conflicts: [kept('a', 9, 12), kept('b', 15, 18)],
    })
  })
})

describe('a booking of one particular unit', () => {
  it('drives a movable booking to another unit', () => {
    const movable = [item('guest', 'a', 9, 12)]
    expect(ask({ movable, wanted: [{ ...from(10, 11), unitId: 'a' }] })).toEqual(
      fits(['a'], ['guest', 'a', 'b']),
    )
  })

  it('is refused when what is there can go nowhere else', () => {
    const request = { fixed: [kept('b', 11, 15)], movable: [item('guest', 'a', 9, 12)] }
    const conflicts = [kept('a', 9, 12)]
    expect(ask({ ...request, wanted: [{ ...from(10, 11), unitId: 'a' }] })).toEqual({
      outcome: 'full',
      conflicts,
    })
  })

  it('is refused for a unit that is fixed, asked for twice or not to be lent', () => {
    const wish: Wish = { ...from(10, 11), unitId: 'a' }
    const conflicts = [kept('a', 9, 12)]
    const fixed = [...conflicts, kept('b', 9, 12)]
    expect(ask({ fixed, wanted: [wish, from(10, 11)] })).toEqual({ outcome: 'full', conflicts })
    expect(ask({ wanted: [wish, wish] })).toEqual({ outcome: 'full', conflicts: [] })
    expect(ask({ units: ['b'], wanted: [wish] })).toEqual({ outcome: 'full', conflicts: [] })
  })
})

describe('a booking that is badly placed already', () => {
  const overdue = kept('a', 6, 20)
  const unlucky = item('unlucky', 'a', 12, 15)

  it('stops nobody else', () => {
    expect(ask({ fixed: [overdue], movable: [unlucky], wanted: [from(12, 15)] })).toEqual(fits(['b']))
    expect(ask({ movable: [item('gone', 'c', 12, 15)], wanted: [from(12, 15)] })).toEqual(fits(['a']))
  })

  it('finds another unit when it is wished for anew', () => {
    const movable = [item('later', 'b', 14, 18)]
    const units = ['a', 'b', 'c']
    expect(ask({ units, fixed: [overdue, kept('c', 12, 13)], movable, wanted: [unlucky.period] })).toEqual(
      fits(['b'], ['later', 'b', 'c']),
    )
  })
})

describe('counting what is free', () => {
  const day = from(0, 24)

  it('covers the window without a hole, one step per change', () => {
    const busy = [kept('a', 9, 12), kept('b', 10, 14), kept('a', 14, 15)]
    expect(freeCounts(['a', 'b'], busy, day)).toEqual(
      steps([0, 9, 2], [9, 10, 1], [10, 12, 0], [12, 15, 1], [15, 24, 2]),
    )
  })

  it('sees only the window, and only units that can be booked', () => {
    const busy = [kept('a', -5, 3), kept('a', 22, 30), kept('a', 24, 40), kept('gone', 0, 24)]
    expect(freeCounts(['a'], busy, day)).toEqual(steps([0, 3, 0], [3, 22, 1], [22, 24, 0]))
    expect(freeCounts([], busy, day)).toEqual(steps([0, 24, 0]))
  })

  it('counts a unit once that an overdue loan and the next booking both keep', () => {
    expect(freeCounts(['a', 'b'], [kept('a', 6, 20), kept('a', 12, 15)], day)).toEqual(
      steps([0, 6, 2], [6, 20, 1], [20, 24, 2]),
    )
  })
})

describe('the search', () => {
  const piece = (start: number, end: number, ...units: string[]): Piece => ({
    start,
    end,
    units: new Set(units),
    ranked: () => units,
  })
  // Early only on a, late only on b: the wish between them would have to change its unit.
  const early = piece(-5, 5, 'a')
  const late = piece(95, 105, 'b')
  const between = piece(0, 100, 'a', 'b')
  const others = numbered(10)

  it('says when it gave up, which is another thing than having no place', () => {
    expect(pack([early, between, late], ['a', 'b'], 0)).toBe('undecided')
    expect(pack([early, between, late], ['a', 'b'], 10)).toBe('full')
    const request = {
      fixed: [kept('b', -4, -3), kept('a', 102, 103)],
      movable: [item('early', 'a', -5, 5), item('late', 'b', 95, 105)],
      wanted: [from(0, 100)],
    }
    const conflicts = [kept('a', -5, 5), kept('b', 95, 105)]
    expect(ask(request, 0)).toEqual({ outcome: 'undecided', conflicts })
    expect(ask(request)).toEqual({ outcome: 'full', conflicts })
  })

  it('needs no call stack, however many bookings hang together', () => {
    const chain = Array.from({ length: 20_000 }, (_, n) => piece(2 * n, 2 * n + 3, 'a', 'b'))
    expect(pack(chain, ['a', 'b'], 0)).toHaveProperty('size', 20_000)
  })

  it('finds the way out of a dead end that an earlier booking than the last one leads to', () => {
    const [first, second, last] = [piece(0, 9, 'a', 'c'), piece(1, 9, 'b'), piece(2, 9, 'a', 'b')]
    expect(pack([first, second, last], ['a', 'b', 'c'], 10)).toEqual(
      new Map([
        [first, 'c'],
        [second, 'b'],
        [last, 'a'],
      ]),
    )
  })

  it('is not held up by bookings that have no part in a dead end', () => {
    const bystanders = Array.from({ length: 40 }, (_, n) =>
      piece(2 * n + 6, 2 * n + 9, ...others.filter((_unit, index) => index !== n % 10)),
    )
    expect(pack([early, between, late, ...bystanders], ['a', 'b', ...others], 100)).toBe('full')
  })

  it('does not try equal units one after the other', () => {
    const betweens = others.map(() => piece(0, 100, 'a', ...others, 'b'))
    const also = piece(0, 100, 'a', ...others, 'b')
    expect(pack([early, also, ...betweens, late], ['a', ...others, 'b'], 100)).toBe('full')
  })

  it('turns round in time when one direction is a maze', () => {
    const long = others.map((_unit, n) => piece(0, n + 1, ...others.toReversed()))
    const short = others.map((unit, n) => piece(n + 1, 50, unit))
    const found = pack([...long, ...short], others, 100)
    expect(long.map((one) => typeof found !== 'string' && found.get(one))).toEqual(others)
  })

  it('sees an instant that cannot be served, whoever has which unit now', () => {
    const chain = [piece(0, 9, 'd', 'e'), piece(1, 9, 'a', 'b'), piece(2, 9, 'a', 'd'), piece(3, 9, 'a')]
    expect(overfull(chain)).toBe(false)
    expect(overfull([...chain, piece(9, 12, 'a'), piece(9, 12, 'b')])).toBe(false)
    expect(overfull([...chain, piece(4, 12, 'b')])).toBe(true)
  })

  it('counts before it searches, so that too many long bookings are refused at once', () => {
    // What comes before and after makes every unit different, so that a search would try who goes where.
    const fixed = others.flatMap((unit, n) => [kept(unit, -11 - n, -10 - n), kept(unit, 70 + n, 71 + n)])
    const movable = [
      ...others.map((unit, n) => item(`before-${unit}`, unit, -10 - n, 0)),
      item('link', 'closed', -5, 5),
      ...others.map((unit) => item(`long-${unit}`, unit, 0, 60)),
      item('next-link', 'closed', 55, 65),
      ...others.map((unit, n) => item(`after-${unit}`, unit, 60, 70 + n)),
    ]
    fixed.push(kept('closed', 30, 31))
    expect(ask({ units: [...others, 'closed'], fixed, movable, wanted: [from(0, 60)] }).outcome).toBe('full')
  })
})
