import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'

import type { Period } from '../period.ts'
import {
  allocate,
  type Allocation,
  type AllocationRequest,
  type MovableItem,
  obstacles,
  type Wish,
} from './allocation.ts'
import { freeCounts, type Placement } from './unit-calendar.ts'

const at = (hour: number) => new Date(Date.UTC(2026, 2, 2, hour))
const from = (start: number, end: number): Period => ({ startAt: at(start), endAt: at(end) })
const share = (a: Period, b: Period) => !(a.endAt <= b.startAt || b.endAt <= a.startAt)
const isFree = (unitId: string, period: Period, taken: readonly Placement[]) =>
  !taken.some((other) => other.unitId === unitId && share(other.period, period))
const isAlone = (one: Placement, all: readonly Placement[]) =>
  isFree(
    one.unitId,
    one.period,
    all.filter((other) => other !== one),
  )
const takes = (wish: Wish, unitId: string) => wish.unitId === undefined || wish.unitId === unitId

/** Items that are neither on a unit that is gone nor across something else: the others count as fixed. */
const wellPlaced = ({ units, fixed, movable }: AllocationRequest) =>
  movable.filter((one) => units.includes(one.unitId) && isAlone(one, [...fixed, ...movable]))

/** The reference: tries every arrangement there is. The fewest moves of those that work, or Infinity. */
function fewestMoves(request: AllocationRequest): number {
  const { units, fixed, movable, wanted } = request
  const items = wellPlaced(request)
  const loose = [
    ...wanted.map((wish) => ({
      period: wish,
      choices: units.filter((unit) => takes(wish, unit)),
      home: null,
    })),
    ...items.map(({ unitId, period }) => ({ period, choices: units, home: unitId })),
  ]
  let fewest = Infinity
  const arrange = (index: number, taken: readonly Placement[], moves: number): void => {
    const one = loose[index]
    if (moves >= fewest) return
    if (one === undefined) {
      fewest = moves
      return
    }
    for (const unitId of one.choices.filter((unit) => isFree(unit, one.period, taken))) {
      const move = one.home === null || one.home === unitId ? 0 : 1
      arrange(index + 1, [...taken, { unitId, period: one.period }], moves + move)
    }
  }
  arrange(0, [...fixed, ...movable.filter((one) => !items.includes(one))], 0)
  return fewest
}

/** The allocator without its point: the first unit that is free, and nothing moves. */
function firstFit({ units, fixed, movable, wanted }: AllocationRequest): Allocation {
  const taken: Placement[] = [...fixed, ...movable]
  const placed: string[] = []
  for (const wish of wanted) {
    const unitId = units.find((unit) => takes(wish, unit) && isFree(unit, wish, taken))
    if (unitId === undefined) return { outcome: 'full', conflicts: [] }
    taken.push({ unitId, period: wish })
    placed.push(unitId)
  }
  return { outcome: 'fits', placed, moves: [] }
}

/** Items and wishes as they are once the answer is carried out. */
function carriedOut(request: AllocationRequest, { placed, moves }: Allocation & { outcome: 'fits' }) {
  const items = request.movable.map((item) => {
    const move = moves.find(({ itemId }) => itemId === item.itemId)
    return { ...item, unitId: move?.to ?? item.unitId }
  })
  return { items, wishes: request.wanted.map((period, index) => ({ unitId: placed[index] ?? '', period })) }
}

const periods = fc
  .record({ start: fc.nat(8), length: fc.integer({ min: 1, max: 6 }) })
  .map(({ start, length }) => from(start, start + length))
const someUnit = fc.nat(11)
const wishes = fc.array(fc.record({ period: periods, unit: fc.option(someUnit, { freq: 3 }) }), {
  minLength: 1,
  maxLength: 2,
})
const entries = fc.array(
  fc.record({ period: periods, unit: someUnit, isFixed: fc.boolean(), oddity: fc.nat(19) }),
  { maxLength: 14 },
)

/** At most four units and seven loose intervals. A few entries are badly placed: on a unit that is gone, or across. */
const requests = fc
  .record({ count: fc.integer({ min: 1, max: 4 }), entries, wishes })
  .map(({ count, entries, wishes }): AllocationRequest => {
    const units = ['a', 'b', 'c', 'd'].slice(0, count)
    const fixed: Placement[] = []
    const movable: MovableItem[] = []
    for (const [index, { period, unit, isFixed, oddity }] of entries.entries()) {
      const one = { itemId: `i${index}`, unitId: oddity === 0 ? 'gone' : units[unit % count]!, period }
      if (oddity !== 1 && !isFree(one.unitId, period, [...fixed, ...movable])) continue
      if (isFixed) fixed.push(one)
      else if (movable.length < 5) movable.push(one)
    }
    const wanted = wishes.map(({ period, unit }) =>
      unit === null ? period : { ...period, unitId: units[unit % count]! },
    )
    return { units, fixed, movable, wanted }
  })

const refusesWhatNobodyCouldFit = (allocator: typeof allocate) =>
  fc.property(requests, (request) => {
    const fewest = fewestMoves(request)
    const answer = allocator(request)
    expect(answer.outcome).toBe(fewest === Infinity ? 'full' : 'fits')
    if (answer.outcome === 'fits') expect(answer.moves.length === 0).toBe(fewest === 0)
  })

describe('compared with every arrangement there is, the allocator', () => {
  it('refuses just what no arrangement fits, and moves nothing when nothing has to move', () => {
    fc.assert(refusesWhatNobodyCouldFit(allocate), { numRuns: 5_000 })
  })

  it('does what first fit alone does not: that would refuse what fits', () => {
    expect(fc.check(refusesWhatNobodyCouldFit(firstFit), { numRuns: 10_000 }).failed).toBe(true)
  })

  it('fits whenever no instant is overbooked, as long as nothing is fixed', () => {
    fc.assert(
      fc.property(requests, ({ units, movable, wanted }) => {
        const request = {
          units,
          fixed: [],
          movable,
          wanted: wanted.map(({ startAt, endAt }) => ({ startAt, endAt })),
        }
        fc.pre(wellPlaced(request).length === movable.length)
        const asked = [...request.wanted, ...movable.map((item) => item.period)]
        const atStarts = asked.map((one) =>
          asked.filter((other) => other.startAt <= one.startAt && one.startAt < other.endAt),
        )
        const isOverbooked = atStarts.some((together) => together.length > units.length)
        expect(allocate(request).outcome).toBe(isOverbooked ? 'full' : 'fits')
      }),
      { numRuns: 3_000 },
    )
  })

  it('gives every wish a unit of its own, and makes no move that could be left out', () => {
    fc.assert(
      fc.property(requests, (request) => {
        const answer = allocate(request)
        fc.pre(answer.outcome === 'fits')
        const { items, wishes } = carriedOut(request, answer)
        const all = [...request.fixed, ...items, ...wishes]
        for (const [index, wish] of wishes.entries()) {
          expect(request.units.filter((unit) => takes(request.wanted[index]!, unit))).toContain(wish.unitId)
          expect(isAlone(wish, all)).toBe(true)
        }
        const movers = wellPlaced(request)
        for (const [index, item] of items.entries()) {
          const before = request.movable[index]!
          const move = answer.moves.find(({ itemId }) => itemId === item.itemId)
          expect(move?.from ?? item.unitId).toBe(before.unitId)
          if (movers.includes(before)) expect(isAlone(item, all)).toBe(true)
          else expect(move).toBeUndefined()
          const others = all.filter((other) => other !== item)
          if (item.unitId !== before.unitId) expect(isFree(before.unitId, item.period, others)).toBe(false)
        }
      }),
      { numRuns: 3_000 },
    )
  })

  it('answers the same in whatever order it hears of what is there', () => {
    fc.assert(
      fc.property(requests, (request) => {
        const { fixed, movable } = request
        const turned = { ...request, fixed: fixed.toReversed(), movable: movable.toReversed() }
        expect(allocate(turned)).toEqual(allocate(request))
      }),
      { numRuns: 5_000 },
    )
  })

  it.each([
    ['any unit', (request: AllocationRequest) => request.wanted.every(({ unitId }) => unitId === undefined)],
    [
      'units by name',
      (request: AllocationRequest) => request.wanted.every(({ unitId }) => unitId !== undefined),
    ],
  ])('sees obstacles to wishes for %s only where nothing fits, and often enough', (_, isMeant) => {
    let [seen, full] = [0, 0]
    fc.assert(
      fc.property(requests, (request) => {
        const nothingFits = fewestMoves(request) === Infinity
        const found = obstacles(request)
        if (found !== undefined) expect(nothingFits).toBe(true)
        if (!isMeant(request)) return
        seen += Number(found !== undefined)
        full += Number(nothingFits)
        // What is refused at once hears the same as who is refused after a search.
        const answer = allocate(request)
        if (found !== undefined && answer.outcome === 'full') expect(answer.conflicts).toEqual(found)
      }),
      { numRuns: 5_000 },
    )
    expect(seen).toBeGreaterThan(full / 3)
  })

  it('is never wrong when it is cut short', () => {
    fc.assert(
      fc.property(requests, (request) => {
        const { outcome } = allocate(request, 0)
        if (outcome !== 'undecided') expect(outcome).toBe(fewestMoves(request) === Infinity ? 'full' : 'fits')
      }),
      { numRuns: 3_000 },
    )
  })
})

describe('over any history of booking, collecting and cancelling', () => {
  const units = ['a', 'b', 'c']
  const day = from(0, 16)
  const hours = Array.from({ length: 16 }, (_, hour) => from(hour, hour + 1))
  const history = fc.array(
    fc.oneof(
      { weight: 4, arbitrary: fc.record({ type: fc.constant('book' as const), wishes }) },
      { weight: 1, arbitrary: fc.record({ type: fc.constant('collect' as const), which: fc.nat() }) },
      { weight: 1, arbitrary: fc.record({ type: fc.constant('cancel' as const), which: fc.nat() }) },
    ),
    { maxLength: 6 },
  )

  // Each step adds what is wrong after it, since a matcher per step would take longer than all the rest.
  it('no unit is given twice, and the counts agree with an hour by hour count (CON-14)', () => {
    fc.assert(
      fc.property(history, (events) => {
        const wrong: unknown[] = []
        let fixed: Placement[] = []
        let movable: MovableItem[] = []
        for (const [step, event] of events.entries()) {
          if (event.type === 'book') {
            const request = { units, fixed, movable, wanted: event.wishes.map(({ period }) => period) }
            const answer = allocate(request)
            if (answer.outcome !== (fewestMoves(request) === Infinity ? 'full' : 'fits')) wrong.push(answer)
            if (answer.outcome !== 'fits') continue
            const { items, wishes } = carriedOut(request, answer)
            movable = [...items, ...wishes.map((wish, index) => ({ ...wish, itemId: `${step}.${index}` }))]
          } else {
            const item = movable[event.which % movable.length]
            movable = movable.filter((other) => other !== item)
            if (event.type === 'collect' && item !== undefined) fixed = [...fixed, item]
          }
          const all = [...fixed, ...movable]
          wrong.push(...all.filter((one) => !isAlone(one, all)))
          const counts = freeCounts(units, all, day)
          for (const hour of hours) {
            const free = units.filter((unit) => isFree(unit, hour, all)).length
            if (counts.find(({ to }) => hour.startAt < to)?.free !== free) wrong.push({ hour, free, counts })
          }
        }
        expect(wrong).toEqual([])
      }),
      { numRuns: 10_000 },
    )
  })
})
