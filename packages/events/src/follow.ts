import type { Following, Subscription } from './broker.ts'
import type { Connection } from './connection.ts'
import type { Log } from './log.ts'
import { parseEvent } from './parse-event.ts'

/**
 * Follows a subject outside the stream: whoever publishes to the stream is heard by plain subscribers too. Nothing has
 * to be made or repaired for it, and what was missed while the connection was away is told by `onGap`.
 */
export function follow(
  connection: Connection,
  { subject, onEvent, onGap }: Following,
  logger: Log,
): Subscription {
  let unsubscribe: () => void = () => undefined
  const forgetOpened = connection.onOpened((nats) => {
    const subscription = nats.subscribe(subject, {
      callback: (error, message) => {
        const parsed = error ? { reason: error.message } : parseEvent(message.subject, message.data)
        if ('event' in parsed) onEvent(parsed.event)
        else if ('reason' in parsed)
          logger.warn({ subject: message.subject, reason: parsed.reason }, 'a message was passed over')
      },
    })
    unsubscribe = () => subscription.unsubscribe()
  })
  const forgetUsable = connection.onUsable(() => onGap?.())
  return {
    stop() {
      forgetOpened()
      forgetUsable()
      unsubscribe()
      return Promise.resolve()
    },
  }
}
