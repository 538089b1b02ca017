import type { DeadLetters } from '@kitroom/database'
import type { BatchConsumption } from '@kitroom/events'

import type { UseCases } from '../use-cases/index.ts'

/** Everything every service tells. What the audit does not know yet waits until it does. */
export const consumption = (
  { recordEvents }: Pick<UseCases, 'recordEvents'>,
  deadLetters: Pick<DeadLetters, 'keep' | 'begin' | 'end'>,
): BatchConsumption => ({
  durable: 'audit',
  subject: 'kitroom.>',
  handleBatch: recordEvents,
  keepUnfamiliar: true,
  deadLetter: (message, reason) => deadLetters.keep(message, reason),
  attempts: deadLetters,
})
