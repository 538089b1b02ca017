import type { Call, NewMessage } from '@kitroom/contracts'

import { BookingMessage } from '../../domain/booking-message.ts'
import { requireOwnOrStaff, requireStillOwnOrStaff } from '../access.ts'
import type { Ports } from '../ports.ts'

/** Writes a message on a booking. Its requester and staff can. @throws Failure not-found, forbidden */
export const postMessage =
  ({ inTransaction, ownerOf, newId }: Pick<Ports, 'inTransaction' | 'ownerOf' | 'newId'>) =>
  async (call: Call, bookingId: string, { text }: NewMessage): Promise<BookingMessage> => {
    await requireStillOwnOrStaff(ownerOf, call, 'booking', bookingId)
    return inTransaction(call, async ({ messages, now }) => {
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
  }
