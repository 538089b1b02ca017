import { describe, expect, it } from '@jest/globals'

import type { Period } from '../domain/period.ts'
import { everWider, type KeepingRow } from './schedules.ts'

const HOUR = 3_600_000
const DAY_ONE = Date.parse('2031-03-03T00:00:00.000Z')
const hour = (at: number) => new Date(DAY_ONE + at * HOUR)
const hours = (from: number, to: number): Period => ({ startAt: hour(from), endAt: hour(to) })

/** A booking of any unit, that may be moved. */
const row = (from: number, to: number, more: Partial<KeepingRow> = {}): KeepingRow => ({
  item_id: `${from} to ${to}`,
  unit_id: 'unit',
  start_at: hour(from),
  end_at: hour(to),
  pinned: false,
  collected: false,
  overdue: false,
  entry_id: null,
  lapsed: false,
  ...more,
})

/** Each look at some rows around a period: how far it read, in hours, and what may move and what not, by its hours. */
async function looksAt(rows: readonly KeepingRow[], period: Period) {
  const inHours = (instant: Date) => (instant.getTime() - DAY_ONE) / HOUR
  const read: [number, number][] = []
  const looking = everWider(async ({ startAt, endAt }) => {
    read.push([inHours(startAt), inHours(endAt)])
    return rows.filter((one) => one.start_at < endAt && (one.overdue || one.end_at > startAt))
  }, period)
  const seen = await Array.fromAsync(looking, ({ fixed, movable }) => ({
    fixed: fixed.map((placement) => inHours(placement.period.startAt)),
    movable: movable.map((placement) => inHours(placement.period.startAt)),
  }))
  return { read, seen }
}

describe('a schedule that is looked at ever wider', () => {
  it('is seen at once where nothing reaches beyond the period', async () => {
    const { read, seen } = await looksAt([row(10, 12), row(0, 10)], hours(10, 14))
    expect(read).toEqual([[10, 14]])
    expect(seen).toEqual([{ fixed: [], movable: [10] }])
  })

  it('holds fast what goes on beyond what was seen, and lets it move when all of it is seen', async () => {
    const { read, seen } = await looksAt([row(8, 12), row(6, 8)], hours(10, 14))
    expect(read).toEqual([
      [10, 14],
      [2, 20],
    ])
    expect(seen).toEqual([
      { fixed: [8], movable: [] },
      { fixed: [], movable: [8] },
    ])
  })

  it('goes along a chain of bookings a few times, not once for each of its links', async () => {
    const chain = Array.from({ length: 500 }, (_, link) => row(2 * link, 2 * link + 3))
    const { read, seen } = await looksAt(chain, hours(1, 2))
    expect(read.length).toBeLessThan(10)
    expect(seen[1]?.movable.length).toBeLessThan(10)
    expect(seen.at(-1)?.movable).toHaveLength(500)
  })

  it('ends at what may not move, whatever lies beyond it', async () => {
    const barred = { pinned: row(8, 11, { pinned: true }), lent: row(8, 11, { collected: true }) }
    for (const barrier of [barred.pinned, barred.lent, row(8, 11, { entry_id: 'an offer' })]) {
      const { read, seen } = await looksAt([barrier, row(4, 9)], hours(10, 14))
      expect(read).toEqual([[10, 14]])
      expect(seen).toEqual([{ fixed: [8], movable: [] }])
    }
  })

  it('is kept without end by a loan that is overdue', async () => {
    const { seen } = await looksAt([row(1, 3, { collected: true, overdue: true })], hours(10, 14))
    expect(seen).toEqual([{ fixed: [1], movable: [] }])
  })
})
