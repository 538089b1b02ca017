/** A stretch of time in epoch milliseconds, half-open. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** Something that needs one unit for a span. */
export interface Piece extends Span {
  /** The units that nothing immovable blocks during the span. */
  readonly units: ReadonlySet<string>
  /** The same units, the most wanted first. Called only when the search gets there, since ranking costs time. */
  readonly ranked: () => Iterable<string>
}

/** A unit for every piece, or why there is none. */
export type Packing<P extends Piece> = ReadonlyMap<P, string> | 'full' | 'undecided'

/** A piece as one sweep sees it: forwards, or with time running backwards. */
interface Entry<P> extends Span {
  readonly piece: P
}

/** A unit during a sweep. Pieces are known by their place in the order of starts. */
interface Seat {
  readonly unitId: string
  /** Per place: seats with the same number there can take exactly the same pieces from there on. */
  readonly kinds: readonly number[]
  /** The first place whose piece starts once the seat is free again. */
  freeFrom: number
  /** The place of the piece that took the seat last. */
  holder: number
}

/** A piece on the path of the search, with the seats it has not tried yet. */
interface Level<P> {
  readonly piece: P
  readonly place: number
  readonly untried: Iterator<Seat, undefined>
  /** Places of the earlier pieces that have a part in the failure of what was tried. */
  readonly blame: Set<number>
}

/** A level that has taken a seat, with what undoes it. */
interface Step<P> {
  readonly level: Level<P>
  readonly seat: Seat
  readonly freeFrom: number
  readonly holder: number
}

/**
 * Gives every piece a unit so that no two share a unit and an instant, or proves that nobody could. The search sweeps
 * through time and, when that takes too long, back through time: what is hard in one direction seldom is in the other.
 * Each may take back `budget` placements; if neither ends, the answer is `undecided`.
 */
export function pack<P extends Piece>(
  pieces: readonly P[],
  units: readonly string[],
  budget: number,
): Packing<P> {
  const forwards = pieces.map((piece) => ({ piece, start: piece.start, end: piece.end }))
  const found = sweep(forwards, units, budget)
  if (found !== 'undecided') return found
  const backwards = pieces.map((piece) => ({ piece, start: -piece.end, end: -piece.start }))
  return sweep(backwards, units, budget)
}

/**
 * Whether at some instant the pieces of that instant cannot all have a unit of their own, whatever is done before and
 * after: there are more of them than units, or than units they can take. A quick proof that nothing fits.
 */
export function overfull(pieces: readonly Piece[]): boolean {
  const holders = new Map<string, Piece>()
  for (const piece of pieces.toSorted(byStart)) {
    for (const [unitId, held] of holders) if (held.end <= piece.start) holders.delete(unitId)
    if (!seatAmong(holders, piece)) return true
  }
  return false
}

/** Whether two spans share an instant. */
export function meet(a: Span, b: Span): boolean {
  return a.start < b.end && b.start < a.end
}

/** Sorts spans, the earlier start first. */
export function byStart(a: Span, b: Span): number {
  return a.start - b.start
}

/**
 * Exact search, depth first in the order of starts, without recursion. Two rules keep it small: of the free seats that
 * can take the same remaining pieces only the most wanted is tried; and a dead end goes back to the latest piece that
 * has a part in it (conflict-directed backjumping), so that bookings with no part in it are not tried in every way.
 */
function sweep<P extends Piece>(
  unsorted: readonly Entry<P>[],
  units: readonly string[],
  budget: number,
): Packing<P> {
  const entries = unsorted.toSorted(byStart)
  const seats = seatsFor(entries, units)
  const path: Step<P>[] = []
  let placements = 0
  let level = levelAt(entries, 0, seats)
  while (level !== undefined) {
    const seat = level.untried.next().value
    if (seat === undefined) {
      level = goBack(path, level, seats.values())
      if (level === undefined) return 'full'
      if (placements - path.length > budget) return 'undecided'
    } else {
      placements += 1
      path.push({ level, seat, freeFrom: seat.freeFrom, holder: seat.holder })
      seat.freeFrom = placeAfter(entries, level.place)
      seat.holder = level.place
      level = levelAt(entries, path.length, seats)
    }
  }
  return new Map(path.map((step) => [step.level.piece, step.seat.unitId]))
}

function levelAt<P extends Piece>(
  entries: readonly Entry<P>[],
  place: number,
  seats: ReadonlyMap<string, Seat>,
): Level<P> | undefined {
  const piece = entries[place]?.piece
  return piece && { piece, place, untried: freeSeats(piece, place, seats), blame: new Set() }
}

/** The free seats a piece may take, one of each kind. */
function* freeSeats(
  piece: Piece,
  place: number,
  seats: ReadonlyMap<string, Seat>,
): Generator<Seat, undefined> {
  const tried = new Set<number>()
  for (const unitId of piece.ranked()) {
    const seat = seats.get(unitId)
    if (seat === undefined || seat.freeFrom > place || tried.has(kindAt(seat, place))) continue
    tried.add(kindAt(seat, place))
    yield seat
  }
  return undefined
}

/** Undoes steps back to the latest one that has a part in the dead end, and hands it the rest of the blame. */
function goBack<P extends Piece>(
  path: Step<P>[],
  dead: Level<P>,
  seats: Iterable<Seat>,
): Level<P> | undefined {
  for (const seat of seats) {
    if (seat.freeFrom > dead.place && dead.piece.units.has(seat.unitId)) dead.blame.add(seat.holder)
  }
  const culprit = Math.max(...dead.blame)
  for (let step = path.pop(); step !== undefined; step = path.pop()) {
    step.seat.freeFrom = step.freeFrom
    step.seat.holder = step.holder
    if (step.level.place !== culprit) continue
    for (const place of dead.blame) if (place !== culprit) step.level.blame.add(place)
    return step.level
  }
  return undefined
}

/** Kind 0 can take no further piece. */
function kindAt(seat: Seat, place: number): number {
  return seat.kinds[place] ?? 0
}

/** Numbers the kinds from the last place to the first: the same kind at the next place, and the same answer here. */
function seatsFor(entries: readonly Entry<Piece>[], units: readonly string[]): Map<string, Seat> {
  const seats = units.map((unitId) => ({ unitId, kinds: entries.map(() => 0), freeFrom: 0, holder: -1 }))
  let last = 0
  for (const [place, { piece }] of [...entries.entries()].reverse()) {
    const numbers = new Map<string, number>()
    for (const seat of seats) {
      const key = `${kindAt(seat, place + 1)},${piece.units.has(seat.unitId)}`
      const kind = numbers.get(key) ?? (last += 1)
      numbers.set(key, kind)
      seat.kinds[place] = kind
    }
  }
  return new Map(seats.map((seat) => [seat.unitId, seat]))
}

function placeAfter(entries: readonly Span[], place: number): number {
  const end = entries[place]?.end ?? -Infinity
  let next = place + 1
  while ((entries[next]?.start ?? Infinity) < end) next += 1
  return next
}

/** A piece that would take a seat, and the seat it would leave for that: none when it has none yet. */
interface Claim {
  readonly piece: Piece
  readonly leaving?: string
}

/** One augmenting path of a bipartite matching: others make way, from seat to seat, until somebody has a free one. */
function seatAmong(holders: Map<string, Piece>, newcomer: Piece): boolean {
  const claims = new Map<string, Claim>()
  const queue: Claim[] = [{ piece: newcomer }]
  for (const claim of queue) {
    for (const unitId of claim.piece.units) {
      if (claims.has(unitId)) continue
      claims.set(unitId, claim)
      const held = holders.get(unitId)
      if (held === undefined) {
        moveUp(holders, claims, unitId)
        return true
      }
      queue.push({ piece: held, leaving: unitId })
    }
  }
  return false
}

function moveUp(holders: Map<string, Piece>, claims: ReadonlyMap<string, Claim>, freeUnit: string): void {
  let unitId: string | undefined = freeUnit
  while (unitId !== undefined) {
    const claim = claims.get(unitId)
    if (claim !== undefined) holders.set(unitId, claim.piece)
    unitId = claim?.leaving
  }
}
