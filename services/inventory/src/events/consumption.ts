import type { DeadLetters } from '@kitroom/database'
import type { SingleConsumption } from '@kitroom/events'

import type { UseCases } from '../use-cases/index.ts'
import { onBookingChanged } from './booking-events.ts'

/** What booking tells and this service acts on. */
export const consumption = (
  useCases: Pick<UseCases, 'noteConditions'>,
  deadLetters: Pick<DeadLetters, 'keep' | 'begin' | 'end'>,
): SingleConsumption => ({
  durable: 'inventory-booking',
  subject: 'kitroom.booking.booking.>',
  handle: onBookingChanged(useCases),
  deadLetter: (message, reason) => deadLetters.keep(message, reason),
  attempts: deadLetters,
})
