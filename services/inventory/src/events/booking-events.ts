import { type EntityChanged, UnitCondition } from '@kitroom/contracts'
import { z } from 'zod'

import type { Sighting } from '../domain/resource-unit.ts'
import type { UseCases } from '../use-cases/index.ts'

const At = z.iso.datetime().nullish()
const Seen = UnitCondition.nullish()

/** What this service needs of booking's snapshots. */
const Booking = z.object({
  items: z.array(
    z.object({
      id: z.uuid(),
      resource_unit_id: z.uuid().nullable(),
      handed_out_at: At,
      handed_out_condition: Seen,
      returned_at: At,
      returned_condition: Seen,
    }),
  ),
})

/** The units that went out or came back by this change, and in which condition, where somebody looked. */
function sightings({ before, after }: EntityChanged['data']): Sighting[] {
  if (after === null) return []
  const known = new Map(
    (before === null ? [] : Booking.parse(before).items).map((item) => [item.id, item] as const),
  )
  return Booking.parse(after).items.flatMap((item): Sighting[] => {
    const { id, resource_unit_id: unitId, handed_out_condition: wentOut, returned_condition: cameBack } = item
    if (unitId === null) return []
    const was = known.get(id)
    if (item.returned_at && !was?.returned_at && cameBack) {
      return [{ unitId, condition: cameBack, isBack: true, at: new Date(item.returned_at) }]
    }
    if (item.handed_out_at && !was?.handed_out_at && wentOut) {
      return [{ unitId, condition: wentOut, isBack: false, at: new Date(item.handed_out_at) }]
    }
    return []
  })
}

/** A unit that the desk looked at is from then on in the condition noted there. */
export const onBookingChanged =
  ({ noteConditions }: Pick<UseCases, 'noteConditions'>) =>
  async ({ id, orgid, requestid, data }: EntityChanged): Promise<void> => {
    const seen = sightings(data)
    if (seen.length === 0) return
    const origin = { orgId: orgid, userId: data.actor_user_id, requestId: requestid }
    await noteConditions(origin, id, seen)
  }
