import { jetstream } from '@nats-io/jetstream'
import { headers, type NatsConnection } from '@nats-io/transport-node'

import type { Broker, BrokerOptions, Stored, Subscription } from './broker.ts'
import { confirm, onConfirmed } from './confirmations.ts'
import { type Connection, keepConnected } from './connection.ts'
import { consume } from './consuming/consume.ts'
import { countSent } from './figures.ts'
import { follow } from './follow.ts'
import { backlogs, ensureStream } from './stream.ts'
import { type Carrier, publishing } from './tracing.ts'

const PUBLISH_MS = 5_000

/**
 * Connects to NATS in the background and for ever: a service starts, and goes on, without it. Disposing of the broker
 * stops its subscriptions, lets them finish what they have at hand, and closes the connection.
 */
export function connectBroker({ url, name, logger, replicas = 1 }: BrokerOptions): Broker {
  const connection = keepConnected({ url, name, logger })
  const subscriptions = new Set<Subscription>()
  const kept = (subscription: Subscription): Subscription => {
    subscriptions.add(subscription)
    return {
      async stop() {
        subscriptions.delete(subscription)
        await subscription.stop()
      },
    }
  }

  return {
    healthy: () => connection.current() !== undefined,
    consume: (consumption) => kept(consume({ connection, replicas, consumption, logger })),
    follow: (following) => kept(follow(connection, following, logger)),
    confirm: (service, eventIds) => confirm(connection, service, eventIds),
    onConfirmed: (service, confirmed) => kept(onConfirmed(connection, service, confirmed, logger)),
    publish: (subject, payload, messageId) =>
      publishing({ subject, id: messageId, orgId: orgIn(payload) }, carrierIn(payload), (sent) =>
        publish(usable(connection), subject, payload, messageId, sent),
      ),
    backlogs: async () => backlogs(usable(connection)),
    ensureStream: async () => ensureStream(usable(connection), replicas),
    onReachable: (listener) => connection.onUsable(listener),
    reachable: async (signal) => {
      await connection.ready(signal)
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...subscriptions].map((subscription) => subscription.stop()))
      await connection.close()
    },
  }
}

async function publish(
  nats: NatsConnection,
  subject: string,
  payload: string,
  messageId: string,
  { traceparent }: Carrier,
): Promise<Stored> {
  const sent = headers()
  if (traceparent !== undefined) sent.set('traceparent', traceparent)
  const { seq, duplicate } = await jetstream(nats).publish(subject, payload, {
    msgID: messageId,
    headers: sent,
    timeout: PUBLISH_MS,
  })
  countSent()
  return { sequence: seq, duplicate }
}

function usable(connection: Connection): NatsConnection {
  const nats = connection.current()
  if (nats === undefined) throw new Error('NATS is away.')
  return nats
}

/** Read out of the text, which costs less than parsing the event; the envelope comes before what changed. */
const orgIn = (payload: string): string | undefined => /"orgid":"([\da-f-]+)"/.exec(payload)?.[1]

/** The trace the event was made in. */
function carrierIn(payload: string): Carrier {
  return { traceparent: /"traceparent":"([\da-f-]+)"/.exec(payload)?.[1] }
}
