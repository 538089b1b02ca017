import { z } from 'zod'

import type { Subscription } from './broker.ts'
import type { Connection } from './connection.ts'
import type { Log } from './log.ts'

/** Not below `kitroom.`: confirmations are no events and stay out of the stream. */
const subjectFor = (service: string): string => `kitroom-confirm.${service}`

const Ids = z.array(z.uuid()).max(1_000)
const CHUNK = 1_000

/** Sends nothing while the broker is away; the events will come again and be confirmed then. */
export function confirm(connection: Connection, service: string, eventIds: readonly string[]): void {
  for (let from = 0; from < eventIds.length; from += CHUNK) {
    connection.current()?.publish(subjectFor(service), JSON.stringify(eventIds.slice(from, from + CHUNK)))
  }
}

/** Each confirmation reaches one of the service's processes; they are worked off one after the other. */
export function onConfirmed(
  connection: Connection,
  service: string,
  confirmed: (ids: readonly string[]) => Promise<void>,
  logger: Log,
): Subscription {
  let unsubscribe: () => void = () => undefined
  let working = Promise.resolve()
  const receive = async (payload: string) => {
    try {
      await confirmed(Ids.parse(JSON.parse(payload)))
    } catch (error) {
      logger.warn({ err: error, service }, 'a confirmation was lost')
    }
  }
  const forget = connection.onOpened((nats) => {
    const subscription = nats.subscribe(subjectFor(service), {
      queue: service,
      callback: (error, message) => {
        // What the broker delivers for a consumer asks for an answer; what the audit tells does not.
        if (!error && (message.reply ?? '') === '') working = working.then(() => receive(message.string()))
      },
    })
    unsubscribe = () => subscription.unsubscribe()
  })
  return {
    async stop() {
      forget()
      unsubscribe()
      await working
    },
  }
}
