import { observed } from '@kitroom/observability'

import type { Broker, Subscription } from '../broker.ts'
import type { Log } from '../log.ts'
import type { Outbox } from '../outbox.ts'
import { backoff, pause } from '../pause.ts'
import { type LeaseWork, relayUnderLease } from './relay-under-lease.ts'

export interface RelayOptions {
  /** Whose outbox it is: confirmations for this service mark its rows. */
  service: string
  broker: Broker
  outbox: Outbox
  logger: Log
}

/** How often a process that does not lead tries to; with the time it takes to notice a death well below 5 s (EVT-3). */
const CANDIDACY_MS = 2_000

/**
 * Publishes what a service's outbox holds, in order, until stopped. Of all processes of the service one does it, the one
 * that holds the lease. The rows stay until the audit service has confirmed them, whatever the broker does (EVT-5).
 */
export function startRelay({ service, broker, outbox, logger }: RelayOptions): Subscription {
  const stopping = new AbortController()
  const confirmations = broker.onConfirmed(service, (ids) => outbox.markConfirmed(ids))
  const leading: Leading = { isLeading: false }
  const figures = observeRelay(leading, broker)
  const ended = leadAgainAndAgain(outbox, { broker, logger, stopping: stopping.signal }, leading)
  return {
    async stop() {
      stopping.abort()
      figures.dispose()
      await Promise.all([confirmations.stop(), ended])
    },
  }
}

interface Leading {
  isLeading: boolean
}

/** Whoever leads tells of all consumers, so that one whose processes are away is told of too (EVT-16). */
function observeRelay(leading: Leading, broker: Broker): DisposableStack {
  const figures = new DisposableStack()
  figures.use(
    observed(
      { 'kitroom.relay.leading': { description: '1 in the one process that relays an outbox.' } },
      () => [{ name: 'kitroom.relay.leading', value: leading.isLeading ? 1 : 0 }],
    ),
  )
  figures.use(
    observed(
      {
        'kitroom.consumer.pending': { unit: '{event}', description: 'Events a consumer has not dealt with.' },
      },
      async () =>
        (leading.isLeading ? await broker.backlogs() : []).map(({ durable, pending }) => ({
          name: 'kitroom.consumer.pending',
          value: pending,
          attributes: { 'messaging.consumer.group.name': durable },
        })),
    ),
  )
  return figures
}

async function leadAgainAndAgain(outbox: Outbox, work: LeaseWork, leading: Leading): Promise<void> {
  const { logger, stopping } = work
  let failures = 0
  while (!stopping.aborted) {
    try {
      const lease = await outbox.lead()
      failures = 0
      if (lease === undefined) {
        await pause(CANDIDACY_MS * (0.75 + Math.random() / 2), stopping)
        continue
      }
      try {
        logger.info({}, 'relaying the outbox')
        leading.isLeading = true
        await relayUnderLease(lease, work)
      } finally {
        leading.isLeading = false
        await lease.release()
      }
    } catch (error) {
      failures += 1
      if (failures === 1) logger.warn({ err: error }, 'the outbox is out of reach')
      await pause(backoff(failures, 2_000), stopping)
    }
  }
}
