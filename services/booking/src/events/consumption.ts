import type { DeadLetters } from '@kitroom/database'
import type { SingleConsumption } from '@kitroom/events'

import type { UseCases } from '../use-cases/index.ts'
import { onInventoryChanged } from './inventory-events.ts'

/** What inventory tells and this service acts on. */
export const consumption = (
  useCases: Pick<UseCases, 'settleWithdrawal'>,
  deadLetters: Pick<DeadLetters, 'keep'>,
): SingleConsumption => ({
  durable: 'booking-inventory',
  subject: 'kitroom.inventory.>',
  handle: onInventoryChanged(useCases),
  deadLetter: (message, reason) => deadLetters.keep(message, reason),
})
