import { Failure } from '@kitroom/errors'

import {
  allocate,
  type Allocation,
  isOverfull,
  obstacles,
  type Wish,
} from '../domain/allocation/allocation.ts'
import type { Placement } from '../domain/allocation/unit-calendar.ts'
import { type Claim, type ClaimedItem, keptBy } from '../domain/claim.ts'
import type { Judging, Schedule, Supply, Work } from './ports.ts'
import { conflictFacts, type Full, refuse } from './refuse-units.ts'

type Tools = Pick<Work, 'bookings' | 'occupancy' | 'settled' | 'noteRefusal' | 'now'>

/** The items of a claim that are of one resource, and where they could go. */
interface Group {
  resourceId: string
  items: readonly ClaimedItem[]
  units: readonly string[]
  wanted: readonly Wish[]
  /** What keeps the units, as far as it was looked at. */
  schedule: Schedule
  found: Allocation
  /** Moving other bookings cannot help. */
  hopeless: boolean
}

const NOTHING_KEPT: Schedule = { fixed: [], movable: [] }

/** How to see more and more of what keeps the units of each resource. */
type Looks = ReadonlyMap<string, AsyncGenerator<Schedule, undefined>>

/**
 * The one guard: every path that takes units, for a booking or an offer, comes through here, with the locks of all its
 * resources held and nothing taken for it yet. Places the items on units that are free, moving other bookings' items
 * between like units when that is what it takes, or refuses with the intervals in the way.
 * @throws Failure unit-unavailable, resource-withdrawn
 */
export async function takeUnits(tools: Tools, claim: Claim, supply: Supply): Promise<void> {
  const groups = await wellArranged(tools, claim, supply)
  const full = groups.flatMap(({ resourceId, wanted, found }) =>
    fullWith(resourceId, wanted, found.outcome === 'fits' ? undefined : found.conflicts),
  )
  if (full.length > 0) refuse(tools, claim, full)
  await settle(tools, claim, groups)
  await tools.occupancy.take(claim)
}

/**
 * The parts of a claim that are out of the question before any lock is taken: who comes too late can hear it at once, instead
 * of one after the other. None where moving bookings might help.
 */
export async function hopeless(
  { occupancy, once }: Pick<Judging, 'occupancy' | 'once'>,
  claim: Claim,
  supply: Supply,
): Promise<readonly Full[]> {
  const asked = [...Map.groupBy(claim.claimed, (item) => item.resourceId)].flatMap(([resourceId, items]) =>
    supply.resources.get(resourceId)?.lendable === true
      ? [{ resourceId, units: lendableUnits(resourceId, items, supply), wanted: wishesOf(claim, items) }]
      : [],
  )
  if (asked.length === 0) return []
  return once([claim.keeps, asked], async () => {
    const kept = await occupancy.kept(
      asked.map(({ resourceId }) => resourceId),
      claim.keeps,
    )
    return asked.flatMap(({ resourceId, units, wanted }) => {
      const schedule = kept.get(resourceId) ?? NOTHING_KEPT
      return fullWith(resourceId, wanted, obstacles({ units, wanted, ...schedule }))
    })
  })
}

const fullWith = (
  resourceId: string,
  wanted: readonly Wish[],
  conflicts: readonly Placement[] | undefined,
): Full[] =>
  conflicts === undefined ? [] : [{ resourceId, units: wanted.length, conflicts: conflictFacts(conflicts) }]

/** Whether takeUnits would succeed; nothing is taken and nothing moves. */
export async function couldTakeUnits(tools: Tools, claim: Claim, supply: Supply): Promise<boolean> {
  try {
    return (await arranged(tools, claim, supply)).every(({ found }) => found.outcome === 'fits')
  } catch (error) {
    if (error instanceof Failure && error.code === 'resource-withdrawn') return false
    throw error
  }
}

/**
 * What begins in the past best goes on units that nobody else had then: others could not be handed out as of that time. They
 * are better than none, though, since it may have been later.
 */
async function wellArranged(tools: Tools, claim: Claim, supply: Supply): Promise<Group[]> {
  const had = await hadByOthers(tools, claim, supply)
  if (had.length > 0) {
    const groups = await arranged(leavingAlone(tools, had), claim, supply)
    if (groups.every(({ found }) => found.outcome === 'fits')) return groups
  }
  return arranged(tools, claim, supply)
}

/** The same tools, to which these placements are taken as well. */
function leavingAlone(tools: Tools, placements: readonly Placement[]): Tools {
  const { occupancy } = tools
  const around: typeof occupancy.around = async function* (...asked) {
    for await (const { fixed, movable } of occupancy.around(...asked)) {
      yield { fixed: [...fixed, ...placements], movable }
    }
    return undefined
  }
  return { ...tools, occupancy: { ...occupancy, around } }
}

async function hadByOthers(
  { occupancy, now }: Tools,
  { holder, keeps: { startAt: at }, claimed }: Claim,
  { resources }: Supply,
): Promise<readonly Placement[]> {
  if (at >= now || !('bookingId' in holder)) return []
  const asked = new Set(claimed.map(({ resourceId }) => resourceId))
  const unitIds = [...asked].flatMap((resourceId) => resources.get(resourceId)?.unitIds ?? [])
  return occupancy.hadBy({ unitIds, butBy: holder.bookingId, at })
}

/** Finds a place for each resource's items, and tells of which there is none. @throws Failure resource-withdrawn */
async function arranged(tools: Tools, claim: Claim, supply: Supply): Promise<Group[]> {
  const byResource = Map.groupBy(claim.claimed, (item) => item.resourceId)
  const resourceIds = [...byResource.keys()]
  const looks: Looks = new Map(resourceIds.map((id) => [id, tools.occupancy.around(id, claim.keeps)]))
  const [settled, schedules] = await Promise.all([tools.settled.of(resourceIds), firstOf(looks)])
  const present = stillLendable(supply, settled)
  const groups = [...byResource].map(([resourceId, items]) =>
    withoutMoves(claim, resourceId, items, present, schedules.get(resourceId)),
  )
  await withMoves(
    tools,
    looks,
    groups.filter(({ found, hopeless }) => found.outcome !== 'fits' && !hopeless),
  )
  return groups
}

/** What keeps units of each resource during the claim's own period. */
async function firstOf(looks: Looks): Promise<Map<string, Schedule | undefined>> {
  const schedules = new Map<string, Schedule | undefined>()
  for (const [id, look] of looks) schedules.set(id, (await look.next()).value)
  return schedules
}

/** What inventory said, less what was withdrawn by then or since: neither of the two is always the newer one. */
function stillLendable(supply: Supply, settled: ReadonlyMap<string, readonly string[]>): Supply {
  if (settled.size === 0) return supply
  const resources = [...supply.resources].map(([id, resource]) => {
    const lendable = settled.get(id) ?? resource.unitIds
    return [id, { ...resource, unitIds: resource.unitIds.filter((unit) => lendable.includes(unit)) }] as const
  })
  return { ...supply, resources: new Map(resources) }
}

/** Looks at the claim's own period, where most of them fit as things stand. */
function withoutMoves(
  claim: Claim,
  resourceId: string,
  items: readonly ClaimedItem[],
  supply: Supply,
  schedule: Schedule = NOTHING_KEPT,
): Group {
  const units = lendableUnits(resourceId, items, supply)
  const wanted = wishesOf(claim, items)
  const standing = { units, wanted, fixed: [...schedule.fixed, ...schedule.movable], movable: [] }
  const found = allocate(standing)
  // By count alone: what is fixed as far as was looked may turn out to be movable in a wider look.
  const hopeless = found.outcome !== 'fits' && isOverfull(standing)
  return { resourceId, items, units, wanted, schedule, found, hopeless }
}

const wishesOf = (claim: Claim, items: readonly ClaimedItem[]): Wish[] =>
  items.map((item) => ({
    ...keptBy(claim, item),
    ...((item.pinned || item.out) && item.resourceUnitId !== null ? { unitId: item.resourceUnitId } : {}),
  }))

/**
 * Moves others for the groups that did not fit. Only the bookings that would be moved are locked, together and in the order of
 * their ids, whatever resources they are of: of a long chain that is a few.
 */
async function withMoves(tools: Tools, looks: Looks, groups: readonly Group[]): Promise<void> {
  const held = new Set<string>()
  for (;;) {
    for (const group of groups) await rearrange(group, looks.get(group.resourceId), held)
    const moved = groups.flatMap(({ found }) =>
      found.outcome === 'fits' ? found.moves.map(({ itemId }) => itemId) : [],
    )
    const isFull = groups.some(({ found }) => found.outcome !== 'fits')
    const gone = isFull ? [] : await noLongerLoose(tools, moved)
    if (gone.length === 0) return
    for (const itemId of gone) held.add(itemId)
  }
}

/**
 * Looks for moves near at hand first, then further and further until everything fits or all is seen that could matter.
 * @param held items that may not move after all
 */
async function rearrange(
  group: Group,
  looks: AsyncGenerator<Schedule, undefined> | undefined,
  held: ReadonlySet<string>,
): Promise<void> {
  for (;;) {
    const { units, wanted, schedule } = group
    const staying = schedule.movable.filter(({ itemId }) => held.has(itemId))
    const movable = schedule.movable.filter(({ itemId }) => !held.has(itemId))
    group.found = allocate({ units, wanted, fixed: [...schedule.fixed, ...staying], movable })
    if (group.found.outcome === 'fits') return
    const further = (await looks?.next())?.value
    if (further === undefined) return
    group.schedule = further
  }
}

/** What was handed out or ended while we waited for its row stays where it is. */
async function noLongerLoose(
  { bookings }: Pick<Tools, 'bookings'>,
  itemIds: readonly string[],
): Promise<readonly string[]> {
  if (itemIds.length === 0) return []
  const others = await bookings.ofItems(itemIds)
  const loose = others
    .filter((other) => other.occupies)
    .flatMap(({ items }) => items.filter(({ handedOutAt }) => handedOutAt === null).map(({ id }) => id))
  return itemIds.filter((id) => !loose.includes(id))
}

/** @throws Failure resource-withdrawn when the resource or a unit asked for by name is not lent now */
function lendableUnits(resourceId: string, items: readonly ClaimedItem[], supply: Supply): readonly string[] {
  const resource = supply.resources.get(resourceId)
  const [out, waiting] = [items.filter((item) => item.out), items.filter((item) => !item.out)]
  const withdrawn = waiting.find(
    ({ pinned, resourceUnitId }) => pinned && !resource?.unitIds.includes(resourceUnitId ?? ''),
  )
  if (waiting.length === 0 || (resource?.lendable === true && withdrawn === undefined)) {
    // What was handed out is with the borrower, whatever has become of the resource meanwhile.
    return [...new Set([...(resource?.unitIds ?? []), ...out.map((item) => item.resourceUnitId ?? '')])]
  }
  const unit = withdrawn === undefined ? '' : ' (the unit asked for)'
  const what = resource === undefined ? 'A resource' : `“${resource.name}”${unit}`
  throw new Failure('resource-withdrawn', `${what} cannot be lent at present. Choose another.`, {
    facts: { resource_id: resourceId, resource_unit_id: withdrawn?.resourceUnitId ?? null },
  })
}

async function settle(
  { bookings, occupancy, now }: Tools,
  claim: Claim,
  groups: readonly Group[],
): Promise<void> {
  const fitting = groups.flatMap(({ items, found }) =>
    found.outcome === 'fits' ? [{ items, ...found }] : [],
  )
  claim.settle(
    new Map(
      fitting.flatMap(({ items, placed }) =>
        items.map(({ id }, index) => [id, placed[index] ?? ''] as const),
      ),
    ),
    now,
  )
  const moves = fitting.flatMap((found) => found.moves)
  if (moves.length === 0) return
  const moved = await bookings.ofItems(moves.map(({ itemId }) => itemId))
  for (const { itemId, to } of moves) {
    moved.find((other) => other.items.some(({ id }) => id === itemId))?.place(itemId, to, now)
  }
  occupancy.move(moves)
}
