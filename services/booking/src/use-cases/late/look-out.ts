import { needsLookingAfter } from '../../domain/late/risk.ts'
import type { Ports } from '../ports.ts'
import { chargeReplacements } from './charge-replacements.ts'
import { lookAfter } from './look-after.ts'

/**
 * Looks for loans that are not back: moves whoever waits for their units, or flags them, and charges for what is given
 * up for lost. Every turn finds out by itself what there is to do and decides under the locks, so two processes may look
 * out at once, and one that stops is made up for by the next. What fails for one booking keeps nobody else waiting.
 * @param again also looks at what is flagged already, and at replacements; now and then is enough
 */
export const lookOut =
  (ports: Ports) =>
  async ({ again }: { again: boolean }): Promise<void> => {
    const failures: unknown[] = []
    const attempt = async (work: () => Promise<void>) => {
      try {
        await work()
      } catch (error) {
        failures.push(error)
      }
    }
    for (const orgId of await ports.late.troubled()) {
      await attempt(async () => {
        const { now, bookings } = await ports.late.waiting(orgId)
        for (const booking of bookings.filter((one) => needsLookingAfter(one, now, again))) {
          await attempt(() => lookAfter(ports, orgId, booking))
        }
      })
      if (again) await attempt(() => chargeReplacements(ports, orgId))
    }
    if (failures.length > 0) throw new AggregateError(failures, 'Not everything overdue could be settled.')
  }
