import type { Period } from '../period.ts'
import { byStart, meet, type Piece, type Span } from './interval-packing.ts'

/** A unit and the time something keeps it. */
export interface Placement {
  readonly unitId: string
  readonly period: Period
}

/** A placement as the search knows it. */
export interface Kept extends Span {
  readonly unitId: string
}

/** What is on which unit now. */
export type Calendar = ReadonlyMap<string, readonly Kept[]>

/** A stretch of time during which the same number of units is free. */
export interface FreeCount {
  readonly from: Date
  readonly to: Date
  readonly free: number
}

/** Gaps longer than any booking are all alike. */
const LONG_GAP_MS = 366 * 24 * 60 * 60 * 1000
/** Dearer than any gap, so that crossing another item is the last resort. */
const CROSSING_COST = 1000 * LONG_GAP_MS

/** A period in numbers, which the search compares faster than dates. */
export function spanOf({ startAt, endAt }: Period): Span {
  return { start: startAt.getTime(), end: endAt.getTime() }
}

/** Whether two need the same unit at the same instant. */
export function clash(a: Kept, b: Kept): boolean {
  return a.unitId === b.unitId && meet(a, b)
}

/** Those that share an instant with another one of the same list. */
export function crowdedAmong<T extends Span>(kept: readonly T[]): T[] {
  const crowded = new Set<T>()
  let latest: T | undefined
  for (const next of kept.toSorted(byStart)) {
    if (latest !== undefined && meet(latest, next)) crowded.add(latest).add(next)
    if (latest === undefined || next.end > latest.end) latest = next
  }
  return [...crowded]
}

/**
 * How many of the units are free over time: steps in order that cover the window without a hole, neighbours with
 * different counts. A unit counts once, however many placements keep it at the same time (CON-14).
 */
export function freeCounts(
  units: readonly string[],
  busy: readonly Placement[],
  window: Period,
): FreeCount[] {
  const calendar = Map.groupBy(busy, (placement) => placement.unitId)
  const { start, end } = spanOf(window)
  const changes = new Map([[end, 0]])
  const change = (at: number, by: number) => changes.set(at, (changes.get(at) ?? 0) + by)
  for (const unitId of units) {
    let until = start
    const kept = (calendar.get(unitId) ?? []).map((placement) => spanOf(placement.period))
    for (const span of kept.sort(byStart)) {
      const from = Math.max(span.start, until)
      const to = Math.min(span.end, end)
      if (from >= to) continue
      change(from, -1)
      change(to, 1)
      until = to
    }
  }
  const steps: FreeCount[] = []
  let from = start
  let free = units.length
  for (const [at, by] of [...changes].sort(([a], [b]) => a - b)) {
    if (at > from && (by !== 0 || at === end)) {
      steps.push({ from: new Date(from), to: new Date(at), free })
      from = at
    }
    free += by
  }
  return steps
}

/**
 * What the search is told about something it is to place. It would best stay on its own unit; else go where it
 * crosses the fewest others (`calendar`); else where the gap around it is tightest (best fit), which leaves long gaps
 * to long bookings. It cannot go where it meets one of those that do not move (`blocked`).
 */
export function pieceFor<T extends Span & { readonly unitId?: string }>(
  loose: T,
  units: readonly string[],
  calendar: Calendar,
  blocked: Calendar,
): T & Piece {
  const open = units.filter((unitId) => !blocked.get(unitId)?.some((kept) => meet(kept, loose)))
  function* ranked() {
    if (loose.unitId !== undefined && open.includes(loose.unitId)) yield loose.unitId
    const costs = open.map((unitId) => ({ unitId, cost: costAmong(calendar.get(unitId) ?? [], loose) }))
    for (const { unitId } of costs.sort((a, b) => a.cost - b.cost)) yield unitId
  }
  return { ...loose, units: new Set(open), ranked }
}

function costAmong(kept: readonly Span[], loose: Span): number {
  let crossed = 0
  let before = LONG_GAP_MS
  let after = LONG_GAP_MS
  for (const span of kept) {
    if (span.end <= loose.start) before = shorter(before, loose.start - span.end)
    else if (span.start >= loose.end) after = shorter(after, span.start - loose.end)
    else crossed += 1
  }
  return crossed * CROSSING_COST + before + after
}

const shorter = (a: number, b: number) => (a < b ? a : b)
