import { isNoShow, releaseNoShow } from '../../domain/desk/no-show.ts'
import type { Ports } from '../ports.ts'

/**
 * Calls bookings off that nobody came for within the minutes of their organisation's policy, and frees their units. It is
 * decided again with the booking's row locked, so two processes may do this at once, and whoever comes to the desk at
 * that moment either has the units or hears that they are gone. What fails for one keeps no other waiting.
 */
export const releaseNoShows =
  ({ inTransaction, directory, noShows, newId }: Ports) =>
  async (): Promise<void> => {
    const failures: unknown[] = []
    const release = (orgId: string, id: string, afterMinutes: number) =>
      inTransaction({ orgId, userId: null, requestId: newId() }, async ({ bookings, occupancy, now }) => {
        const booking = await bookings.forChange(id)
        if (booking === undefined || !isNoShow(booking, afterMinutes, now)) return
        releaseNoShow(booking, now, newId)
        occupancy.free(id)
      })
    const releaseOf = async (orgId: string) => {
      const { noShowMinutes } = await directory.policyOf(orgId)
      if (noShowMinutes === null) return
      for (const id of await noShows.noShows(orgId, noShowMinutes)) {
        await release(orgId, id, noShowMinutes).catch((error: unknown) => failures.push(error))
      }
    }
    for (const orgId of await noShows.uncollected()) {
      await releaseOf(orgId).catch((error: unknown) => failures.push(error))
    }
    if (failures.length > 0)
      throw new AggregateError(failures, 'Not every booking nobody came for was released.')
  }
