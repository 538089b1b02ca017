import { Failure } from '@kitroom/errors'

import { allocate, type Allocation } from '../domain/allocation.ts'
import type { Booking } from '../domain/booking.ts'
import type { BookingItem } from '../domain/booking-item.ts'
import type { Schedule, Supply, Work } from './ports.ts'

type Tools = Pick<Work, 'bookings' | 'occupancy' | 'now'>

/**
 * The one guard: every path that takes units for a booking comes through here, with the locks of all its resources
 * held and nothing taken for it yet. Places the booking's items on units that are free, moving other bookings' items between like units when that
 * is what it takes, or refuses with the intervals in the way.
 * @throws Failure unit-unavailable, resource-withdrawn
 */
export async function takeUnits(tools: Tools, booking: Booking, supply: Supply): Promise<void> {
  const byResource = Map.groupBy(booking.items, (item) => item.resourceId)
  const refusals: Refusal[] = []
  for (const [resourceId, items] of byResource) {
    const units = lendableUnits(booking, resourceId, items, supply)
    const found = await findUnits(tools, booking, resourceId, items, units)
    if (found.outcome === 'fits') await settle(tools, booking, items, found)
    else refusals.push(found)
  }
  if (refusals.length > 0) {
    throw new Failure('unit-unavailable', 'Not enough units are free for the whole of that time.', {
      facts: { conflicts: refusals.flatMap(conflictsOf) },
    })
  }
  await tools.occupancy.take(booking)
}

type Refusal = Exclude<Allocation, { outcome: 'fits' }>

interface Conflict {
  resource_unit_id: string
  start_at: string
  end_at: string
}

/** @throws Failure resource-withdrawn when the resource or a unit asked for by name is not lent now */
function lendableUnits(
  booking: Booking,
  resourceId: string,
  items: readonly BookingItem[],
  supply: Supply,
): readonly string[] {
  const resource = supply.resources.get(resourceId)
  // What was handed out is with the borrower, whatever has become of the resource meanwhile.
  if (booking.collected) {
    return [...new Set([...(resource?.unitIds ?? []), ...items.map((item) => item.resourceUnitId ?? '')])]
  }
  const withdrawn = items.find(
    ({ pinned, resourceUnitId }) => pinned && !resource?.unitIds.includes(resourceUnitId ?? ''),
  )
  if (resource?.lendable !== true || withdrawn !== undefined) {
    const what =
      resource === undefined
        ? 'A resource'
        : `“${resource.name}”${withdrawn === undefined ? '' : ' (the unit asked for)'}`
    throw new Failure('resource-withdrawn', `${what} cannot be lent at present. Choose another.`, {
      facts: { resource_id: resourceId, resource_unit_id: withdrawn?.resourceUnitId ?? null },
    })
  }
  return resource.unitIds
}

/** Looks first at the period alone, where most bookings fit; only then at all that could be moved for it. */
async function findUnits(
  { bookings, occupancy }: Tools,
  booking: Booking,
  resourceId: string,
  items: readonly BookingItem[],
  units: readonly string[],
): Promise<Allocation> {
  const wanted = items.map(({ pinned, resourceUnitId }) => ({
    ...booking.period,
    ...((pinned || booking.collected) && resourceUnitId !== null ? { unitId: resourceUnitId } : {}),
  }))
  const near = await occupancy.around(resourceId, booking.period, 'overlapping')
  const still = { fixed: [...near.fixed, ...near.movable], movable: [] }
  const atOnce = allocate({ units, wanted, ...still })
  if (atOnce.outcome === 'fits' || near.movable.length === 0) return atOnce

  const connected = await occupancy.around(resourceId, booking.period, 'connected')
  const held = await holdStill(bookings, connected)
  return allocate({ units, wanted, ...held })
}

/** Locks the bookings that may be moved, and keeps those in place that were handed out or ended meanwhile. */
async function holdStill(bookings: Work['bookings'], { fixed, movable }: Schedule): Promise<Schedule> {
  const loaded = await bookings.ofItems(movable.map(({ itemId }) => itemId))
  const loose = new Set(
    loaded
      .filter((other) => other.occupies && !other.collected)
      .flatMap(({ items }) => items.map(({ id }) => id)),
  )
  return {
    fixed: [...fixed, ...movable.filter(({ itemId }) => !loose.has(itemId))],
    movable: movable.filter(({ itemId }) => loose.has(itemId)),
  }
}

async function settle(
  { bookings, occupancy, now }: Tools,
  booking: Booking,
  items: readonly BookingItem[],
  { placed, moves }: Extract<Allocation, { outcome: 'fits' }>,
): Promise<void> {
  booking.settle(items, placed, now)
  if (moves.length === 0) return
  const moved = await bookings.ofItems(moves.map(({ itemId }) => itemId))
  for (const { itemId, to } of moves) {
    moved.find((other) => other.items.some(({ id }) => id === itemId))?.place(itemId, to, now)
  }
  await occupancy.move(moves)
}

function conflictsOf({ conflicts }: Refusal): Conflict[] {
  return conflicts.map(({ unitId, period }) => ({
    resource_unit_id: unitId,
    start_at: period.startAt.toISOString(),
    end_at: period.endAt.toISOString(),
  }))
}
