import type { BatchConsumption } from '@kitroom/events'

import type { DeadLetters } from '../use-cases/ports.ts'
import type { recordEvents } from '../use-cases/record-events.ts'

/** Everything every service tells. What is no event at all goes the same way as what is no genuine one. */
export const consumption = (
  record: ReturnType<typeof recordEvents>,
  deadLetters: Pick<DeadLetters, 'keep'>,
): BatchConsumption => ({
  durable: 'audit',
  subject: 'kitroom.>',
  handleBatch: record,
  deadLetter: ({ subject, payload }, reason) => deadLetters.keep({ subject, payload }, reason),
})
