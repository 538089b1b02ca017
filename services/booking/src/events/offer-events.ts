import type { EntityChanged } from '@kitroom/contracts'

import type { UseCases } from '../use-cases/index.ts'

/** Offers that end at their time, as long as this process runs; the sweep ends those that it forgets. */
export interface OfferTimers extends Disposable {
  onOffer: (event: EntityChanged) => Promise<void>
}

/**
 * The expirer: hears of an offer and ends it when it lapses. How long that is, is asked of the database, whose clock
 * decides; here only the length is measured.
 */
export function offerTimers(
  { offerTimeLeft, endOverdue }: Pick<UseCases, 'offerTimeLeft' | 'endOverdue'>,
  onFailed: (error: unknown) => void,
): OfferTimers {
  const timers = new Set<NodeJS.Timeout>()
  return {
    async onOffer({ orgid: orgId, data: { entity_id: id, after } }) {
      if (after?.['status'] !== 'OFFERED') return
      const ms = await offerTimeLeft(orgId, id)
      if (ms === undefined) return
      const timer = setTimeout(
        () => {
          timers.delete(timer)
          endOverdue(orgId, [id]).catch(onFailed)
        },
        Math.max(0, ms),
      ).unref()
      timers.add(timer)
    },
    [Symbol.dispose]() {
      for (const timer of timers) clearTimeout(timer)
    },
  }
}
