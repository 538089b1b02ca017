import type { DeadLetters } from '@kitroom/database'
import type { SingleConsumption } from '@kitroom/events'

import type { UseCases } from '../use-cases/index.ts'
import { onMemberChanged } from './auth-events.ts'
import { onInventoryChanged } from './inventory-events.ts'

type Acting = Pick<UseCases, 'settleWithdrawal' | 'noteLendable' | 'leaveWaitlist'>

/** What others tell and this service acts on, and what it tells itself to act on later. */
export const consumptions = (
  useCases: Acting,
  onOffer: SingleConsumption['handle'],
  lettersOf: (consumer: string) => Pick<DeadLetters, 'keep' | 'begin' | 'end'>,
): SingleConsumption[] =>
  [
    {
      durable: 'booking-inventory',
      subject: 'kitroom.inventory.>',
      handle: onInventoryChanged(useCases),
    },
    { durable: 'booking-auth', subject: 'kitroom.auth.>', handle: onMemberChanged(useCases) },
    { durable: 'booking-offers', subject: 'kitroom.booking.waitlist-entry.status-change', handle: onOffer },
  ].map((consumption) => {
    const letters = lettersOf(consumption.durable)
    return {
      ...consumption,
      deadLetter: (message, reason) => letters.keep(message, reason),
      attempts: letters,
    }
  })
