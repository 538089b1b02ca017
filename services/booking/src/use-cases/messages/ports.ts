import type { Paging } from '@kitroom/contracts'

import type { BookingMessage } from '../../domain/booking-message.ts'

export interface MessageStore {
  add: (message: BookingMessage) => void
  /** Whose booking it is; undefined when the organisation has none of this id. */
  requesterOf: (bookingId: string) => Promise<string | undefined>
}

/** One page of messages, as the contract pages. */
export interface MessagePage {
  rows: BookingMessage[]
  total: number | null
  page: number | null
  limit: number
  has_next: boolean
  next_cursor: string | null
}

export interface MessageReads {
  /** Whose booking it is; undefined when the organisation has none of this id. */
  requesterOf: (orgId: string, bookingId: string) => Promise<string | undefined>
  messages: (orgId: string, bookingId: string, paging: Paging<'created_at'>) => Promise<MessagePage>
  message: (orgId: string, bookingId: string, id: string) => Promise<BookingMessage | undefined>
}
