import { counter, duration } from '@kitroom/observability'

const sent = counter('messaging.client.sent.messages', {
  unit: '{message}',
  description: 'Events the stream has stored.',
})
const processed = duration(
  'messaging.process.duration',
  'How long it takes to deal with an event, or with a batch of them.',
)

/** Counts an event that was published. */
export const countSent = (): void => sent.add(1, { 'messaging.system': 'nats' })

/** Measures one handling, of one event or of a batch. */
export async function measured<T>(durable: string, work: () => Promise<T>): Promise<T> {
  const began = performance.now()
  const attributes = { 'messaging.system': 'nats', 'messaging.consumer.group.name': durable }
  const record = (failed: object) =>
    processed.record((performance.now() - began) / 1_000, { ...attributes, ...failed })
  try {
    const result = await work()
    record({})
    return result
  } catch (error) {
    record({ 'error.type': error instanceof Error ? error.name : 'unknown' })
    throw error
  }
}
