import type { Page, Paging } from '@kitroom/contracts'

import type { BookingMessage } from '../../domain/booking-message.ts'

export interface MessageStore {
  add: (message: BookingMessage) => void
  /** Whose booking it is; undefined when the organisation has none of this id. */
  requesterOf: (bookingId: string) => Promise<string | undefined>
}

export interface MessageReads {
  /** Whose booking it is; undefined when the organisation has none of this id. */
  requesterOf: (orgId: string, bookingId: string) => Promise<string | undefined>
  messages: (orgId: string, bookingId: string, paging: Paging<'created_at'>) => Promise<Page<BookingMessage>>
  message: (orgId: string, bookingId: string, id: string) => Promise<BookingMessage | undefined>
}
