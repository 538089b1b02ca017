import type { Booking } from '../../domain/booking.ts'
import { isAutomatic } from '../../domain/rules/approval.ts'
import type { Answers, Ports, Work } from '../ports.ts'
import { takeUnits } from '../take-units.ts'

/**
 * Takes the units of a booking by the organisation's policy: with the buffer it has now, and approved at once when it
 * says so for the type of each resource.
 * @throws Failure unit-unavailable, resource-withdrawn
 */
export async function takeByPolicy(
  tools: Work,
  booking: Booking,
  { supply, policy }: Answers,
  newId: Ports['newId'],
): Promise<void> {
  booking.bufferMinutes = policy.bufferMinutes
  const types = booking.items.map(({ resourceId }) => supply.resources.get(resourceId)?.type ?? '')
  // Before the units are taken, so that what is written then is final; if they are not free, all of it is undone.
  if (booking.status === 'PENDING' && isAutomatic(policy.approval, types)) {
    booking.approve({ by: null, at: tools.now, reason: 'by policy' }, newId)
  }
  await takeUnits(tools, booking, supply)
}
