import type { Call, NewMessage } from '@kitroom/contracts'

import { BookingMessage } from '../../domain/booking-message.ts'
import { requireOwnOrStaff } from '../access.ts'
import type { Ports } from '../ports.ts'

/** Writes a message on a booking. Its requester and staff can. @throws Failure not-found, forbidden */
export const postMessage =
  ({ inTransaction, newId }: Pick<Ports, 'inTransaction' | 'newId'>) =>
  (call: Call, bookingId: string, { text }: NewMessage): Promise<BookingMessage> =>
    inTransaction(call, async ({ messages, now }) => {
      requireOwnOrStaff(call, 'booking', await messages.requesterOf(bookingId), (requester) => requester)
      const message = new BookingMessage({
        id: newId(),
        orgId: call.orgId,
        bookingId,
        authorUserId: call.userId,
        text,
        createdAt: now,
      })
      messages.add(message)
      return message
    })
