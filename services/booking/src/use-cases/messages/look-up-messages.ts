import type { Call, Page, Paging } from '@kitroom/contracts'
import { notFound } from '@kitroom/errors'

import type { BookingMessage } from '../../domain/booking-message.ts'
import { requireOwnOrStaff } from '../access.ts'
import type { MessageReads } from './ports.ts'

/** Lists the messages on a booking for its requester and staff. @throws Failure not-found, forbidden */
export const listMessages =
  (reads: MessageReads) =>
  async (call: Call, bookingId: string, paging: Paging<'created_at'>): Promise<Page<BookingMessage>> => {
    requireOwnOrStaff(
      call,
      'booking',
      await reads.requesterOf(call.orgId, bookingId),
      (requester) => requester,
    )
    return reads.messages(call.orgId, bookingId, paging)
  }

/** Shows one message on a booking to its requester and staff. @throws Failure not-found, forbidden */
export const showMessage =
  (reads: MessageReads) =>
  async (call: Call, bookingId: string, id: string): Promise<BookingMessage> => {
    requireOwnOrStaff(
      call,
      'booking',
      await reads.requesterOf(call.orgId, bookingId),
      (requester) => requester,
    )
    const message = await reads.message(call.orgId, bookingId, id)
    if (message === undefined) throw notFound('message')
    return message
  }
