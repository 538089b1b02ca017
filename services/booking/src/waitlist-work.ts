import { hear } from '@kitroom/database'
import { repeatedly, type Tools } from '@kitroom/service'

import { type OfferTimers, offerTimers } from './events/offer-events.ts'
import type { UseCases } from './use-cases/index.ts'

/** Give or take a quarter, so that each look is at most a second after the last. */
const LOOK_MS = 800

/** What the waitlist does by itself: the expirer's timers and sweep, and the arbiter. */
export interface WaitlistWork extends Pick<OfferTimers, 'onOffer'>, AsyncDisposable {}

/**
 * Starts the expirer and the arbiter. The arbiter is woken by whoever commits that something came free, in any process;
 * both look by themselves besides, so that nothing depends on an event that arrives.
 */
export function startWaitlistWork(
  useCases: UseCases,
  databaseUrl: string,
  { logger }: Pick<Tools, 'logger'>,
): WaitlistWork {
  const parts = new AsyncDisposableStack()
  const stopping = new AbortController()
  const timers = parts.use(
    offerTimers(useCases, (error) => logger.warn({ err: error }, 'an offer is left to the sweep')),
  )
  parts.use(repeatedly(LOOK_MS, () => useCases.endAllOverdue(stopping.signal), logger))
  const arbiter = parts.use(repeatedly(LOOK_MS, () => useCases.offerAllFreed(stopping.signal), logger))
  parts.use(hear(databaseUrl, 'booking_freed', arbiter.wake))
  return {
    onOffer: timers.onOffer,
    async [Symbol.asyncDispose]() {
      stopping.abort()
      await parts.disposeAsync()
    },
  }
}
