/** What the requester of a booking and staff write to each other about it. It is never changed. */
export class BookingMessage {
  readonly id: string
  readonly orgId: string
  readonly bookingId: string
  readonly authorUserId: string
  readonly text: string
  readonly createdAt: Date

  constructor(written: Pick<BookingMessage, keyof BookingMessage>) {
    this.id = written.id
    this.orgId = written.orgId
    this.bookingId = written.bookingId
    this.authorUserId = written.authorUserId
    this.text = written.text
    this.createdAt = written.createdAt
  }
}

/** A message as clients and the audit see it. */
export const messageFacts = (message: BookingMessage) => ({
  id: message.id,
  org_id: message.orgId,
  booking_id: message.bookingId,
  author_user_id: message.authorUserId,
  text: message.text,
  created_at: message.createdAt.toISOString(),
})
