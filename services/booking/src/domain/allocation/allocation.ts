import { overlaps, type Period } from '../period.ts'
import { byStart, meet, overfull, pack, type Packing, type Piece, type Span } from './interval-packing.ts'
import {
  clash,
  crowdedAmong,
  freeCounts,
  type Kept,
  pieceFor,
  type Placement,
  spanOf,
} from './unit-calendar.ts'

/** An item of another booking whose unit may change: asked for by resource, not pinned, not collected. */
export interface MovableItem extends Placement {
  readonly itemId: string
}

/** One unit wanted for a period: the one named, or any of the resource's. */
export interface Wish extends Period {
  readonly unitId?: string
}

export interface AllocationRequest {
  /** The bookable units of one resource; they are interchangeable. */
  readonly units: readonly string[]
  /** What stays where it is: pinned items, collected loans, offers. */
  readonly fixed: readonly Placement[]
  readonly movable: readonly MovableItem[]
  readonly wanted: readonly Wish[]
}

export interface Move {
  readonly itemId: string
  readonly from: string
  readonly to: string
}

export type Allocation =
  /** `placed` has one unit per wish, in the order of the wishes. */
  | { readonly outcome: 'fits'; readonly placed: readonly string[]; readonly moves: readonly Move[] }
  /** `full`: no arrangement exists. `undecided`: none was found within the budget. `conflicts` are in the way. */
  | { readonly outcome: 'full' | 'undecided'; readonly conflicts: readonly Placement[] }

/** How many placements a search may take back before it gives up; what that costs is in docs/decisions/0004. */
const BUDGET = 5_000
/** The same for a search among near neighbours, after which a wider one follows anyway. */
const NEAR_BUDGET = 500

interface Item extends Kept {
  readonly itemId: string
}

interface Want extends Span {
  /** Its index among the wishes. */
  readonly wish: number
}

type Found = Packing<(Item | Want) & Piece>

/**
 * Finds a unit for every wish, and moves movable items to other units where it must. Exact: `full` is answered only
 * if no arrangement of wishes and movable items exists that leaves the fixed placements alone.
 * Nothing moves if nothing has to; otherwise moves are kept few and near, though not proved to be the fewest.
 * The same request has the same answer, in whatever order `fixed` and `movable` come.
 *
 * A wish that names its unit drives movable items off it. A movable item that is badly placed already, on a unit that
 * is no longer bookable or across something else, stays as if it were fixed, so that one unlucky booking does not
 * stop everybody else. To rescue it, leave it out of `movable` and wish for its period.
 */
export function allocate(request: AllocationRequest, budget = BUDGET): Allocation {
  const { units, wanted } = request
  const { immovable, items } = sortOut(request)
  const pins = pinsOf(request)
  if (areBarred(pins, units, immovable)) return { outcome: 'full', conflicts: conflictsOf(request, isPinned) }

  const evicted = items.filter((item) => pins.some((pin) => clash(pin, item)))
  const settled = items.filter((item) => !evicted.includes(item))
  const wants = wanted.flatMap((wish, index) =>
    wish.unitId === undefined ? [{ ...spanOf(wish), wish: index }] : [],
  )
  const found = search(units, [...immovable, ...pins], settled, [...evicted, ...wants], budget)
  if (typeof found === 'string') return { outcome: found, conflicts: conflictsOf(request) }

  const placed = wanted.map((wish) => wish.unitId ?? '')
  const moves: Move[] = []
  for (const [piece, unitId] of found) {
    if ('wish' in piece) placed[piece.wish] = unitId
    else if (piece.unitId !== unitId) moves.push({ itemId: piece.itemId, from: piece.unitId, to: unitId })
  }
  return { outcome: 'fits', placed, moves }
}

const isPinned = ({ unitId }: Wish): boolean => unitId !== undefined

const pinsOf = ({ wanted }: AllocationRequest): Kept[] =>
  wanted.flatMap((wish) => (wish.unitId === undefined ? [] : [{ ...spanOf(wish), unitId: wish.unitId }]))

/** Whether one of them names a unit that is not bookable, or that something keeps which stays, or another of them. */
const areBarred = (pins: readonly Kept[], units: readonly string[], staying: readonly Kept[]): boolean =>
  pins.some(
    (pin, index) =>
      !units.includes(pin.unitId) || [...staying, ...pins.slice(0, index)].some((kept) => clash(kept, pin)),
  )

/**
 * What is in the way where no arrangement can serve the wishes, as is seen without a search: a unit that is asked for by name is
 * kept by something that stays; or at some instant fewer units are without any item than are wanted, and moving items frees none.
 * Undefined says nothing.
 */
export function obstacles(request: AllocationRequest): readonly Placement[] | undefined {
  const { units, fixed } = request
  const staying = fixed.map(({ unitId, period }) => ({ ...spanOf(period), unitId }))
  if (areBarred(pinsOf(request), units, staying)) return conflictsOf(request, isPinned)
  return isOverfull(request) ? conflictsOf(request) : undefined
}

/** Whether there are too few units at some instant, wherever everything goes. False says nothing. */
export function isOverfull({ units, wanted, fixed, movable }: AllocationRequest): boolean {
  const [first, ...others] = wanted
  const isAlike = (wish: Wish) =>
    wish.startAt.getTime() === first?.startAt.getTime() && wish.endAt.getTime() === first.endAt.getTime()
  if (first === undefined || !others.every(isAlike)) return false
  return freeCounts(units, [...fixed, ...movable], first).some(({ free }) => free < wanted.length)
}

/** First without moves, then with ever wider circles of items that may move, at last with all that could matter. */
function search(
  units: readonly string[],
  immovable: readonly Kept[],
  settled: readonly Item[],
  seeds: readonly (Item | Want)[],
  budget: number,
): Found {
  const calendar = Map.groupBy([...immovable, ...settled], unitOf)
  const piecesOf = (loose: readonly (Item | Want)[], standing: readonly Kept[]) => {
    const blocked = Map.groupBy(standing, unitOf)
    return loose.map((one) => pieceFor(one, units, calendar, blocked))
  }
  const freed = new Set<Item>()
  const attempt = (budgetNow: number) => {
    const loose = [...freed, ...seeds]
    const around = hull(loose)
    const standing = settled.filter((item) => !freed.has(item) && meet(item, around))
    return pack(piecesOf(loose, [...immovable, ...standing]), units, budgetNow)
  }

  let found = attempt(budget)
  let radius = 0
  for (const ring of ringsAround(seeds, settled)) {
    if (typeof found !== 'string') return found
    for (const item of ring) freed.add(item)
    radius += 1
    // Only instants of a seed can be overfull: of all others the present placement proves the contrary.
    if (radius === 1 && overfull(piecesOf([...ring, ...seeds], immovable))) return 'full'
    if (Number.isInteger(Math.log2(radius))) found = attempt(Math.min(NEAR_BUDGET, budget))
  }
  return typeof found === 'string' && freed.size > 0 ? attempt(budget) : found
}

/** Items that meet a seed, then items that meet one of those, and so on: what is in no ring cannot matter. */
function* ringsAround(seeds: readonly Span[], items: readonly Item[]): Generator<readonly Item[]> {
  let edge = seeds
  let rest = items
  for (;;) {
    const ring = rest.filter((item) => edge.some((span) => meet(item, span)))
    if (ring.length === 0) return
    yield ring
    const taken = new Set(ring)
    rest = rest.filter((item) => !taken.has(item))
    edge = ring
  }
}

/** Tells items that may move from what may not, among it the badly placed items. */
function sortOut({ units, fixed, movable }: AllocationRequest): { immovable: Kept[]; items: Item[] } {
  const immovable: Kept[] = fixed.map(({ unitId, period }) => ({ ...spanOf(period), unitId }))
  const all = movable
    .map(({ itemId, unitId, period }) => ({ ...spanOf(period), unitId, itemId }))
    .sort((a, b) => byStart(a, b) || (a.itemId < b.itemId ? -1 : 1))
  const crowded = new Set(
    [...Map.groupBy([...immovable, ...all], unitOf).values()].flatMap((kept) => crowdedAmong(kept)),
  )
  const bookable = new Set(units)
  const items: Item[] = []
  for (const item of all) {
    if (bookable.has(item.unitId) && !crowded.has(item)) items.push(item)
    else immovable.push(item)
  }
  return { immovable, items }
}

/** What keeps the units during the wishes that matter, and nothing about whose it is. */
function conflictsOf(
  { units, fixed, movable, wanted }: AllocationRequest,
  matters: (wish: Wish) => boolean = () => true,
): readonly Placement[] {
  const wishes = wanted.filter(matters)
  const busy = Map.groupBy([...fixed, ...movable], (placement) => placement.unitId)
  return units.flatMap((unitId) =>
    (busy.get(unitId) ?? [])
      .map(({ period: { startAt, endAt } }) => ({ unitId, period: { startAt, endAt } }))
      .filter(({ period }) =>
        wishes.some((wish) => (wish.unitId ?? unitId) === unitId && overlaps(wish, period)),
      )
      .sort(
        (a, b) => byInstant(a.period.startAt, b.period.startAt) || byInstant(a.period.endAt, b.period.endAt),
      ),
  )
}

const byInstant = (a: Date, b: Date) => a.getTime() - b.getTime()

function hull(spans: readonly Span[]): Span {
  return {
    start: Math.min(...spans.map((span) => span.start)),
    end: Math.max(...spans.map((span) => span.end)),
  }
}

const unitOf = ({ unitId }: Kept) => unitId
