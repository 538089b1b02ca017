import type { DeadLetters } from '@kitroom/database'
import type { BatchConsumption } from '@kitroom/events'

import type { recordEvents } from '../use-cases/record-events.ts'

/** Everything every service tells. What the audit does not know yet waits until it does. */
export const consumption = (
  record: ReturnType<typeof recordEvents>,
  deadLetters: Pick<DeadLetters, 'keep' | 'begin' | 'end'>,
): BatchConsumption => ({
  durable: 'audit',
  subject: 'kitroom.>',
  handleBatch: record,
  keepUnfamiliar: true,
  deadLetter: ({ subject, payload }, reason) => deadLetters.keep({ subject, payload }, reason),
  attempts: deadLetters,
})
