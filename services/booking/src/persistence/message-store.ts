import { type Database, type Query, readPage, sql, type Transaction } from '@kitroom/database'

import { type BookingMessage, messageFacts } from '../domain/booking-message.ts'
import type { MessageReads, MessageStore } from '../use-cases/messages/ports.ts'

const COLUMNS = sql`
  m.id, m.org_id as "orgId", m.booking_id as "bookingId", m.author_user_id as "authorUserId", m.text,
  m.created_at as "createdAt"`

async function requesterOf(query: Query, orgId: string, bookingId: string): Promise<string | undefined> {
  const [booking] = await query(sql<{ requester_user_id: string }>`
    select requester_user_id from booking where org_id = ${orgId} and id = ${bookingId}`)
  return booking?.requester_user_id
}

/** Messages of one transaction. A booking is never deleted, so its row is not locked for them. */
export const messageStore = ({ em, query, changes }: Transaction, orgId: string): MessageStore => ({
  add(message) {
    changes.added('BookingMessage', message, messageFacts)
    em.persist(message)
  },
  requesterOf: (bookingId) => requesterOf(query, orgId, bookingId),
})

/** Messages as screens read them. */
export const messageReads = (database: Pick<Database, 'read'>): MessageReads => ({
  requesterOf: (orgId, bookingId) => database.read(orgId, (query) => requesterOf(query, orgId, bookingId)),

  messages: (orgId, bookingId, paging) =>
    database.read(orgId, (query) =>
      readPage<BookingMessage>(query, {
        select: COLUMNS,
        from: sql`booking_message m`,
        where: [sql`m.org_id = ${orgId}`, sql`m.booking_id = ${bookingId}`],
        fields: { created_at: { expression: sql`m.created_at`, type: 'timestamptz' } },
        id: sql`m.id`,
        request: paging,
        scope: ['messages', orgId, bookingId],
      }),
    ),

  message: (orgId, bookingId, id) =>
    database.read(orgId, async (query) => {
      const [message] = await query(sql<BookingMessage>`
        select ${COLUMNS} from booking_message m
        where m.org_id = ${orgId} and m.booking_id = ${bookingId} and m.id = ${id}`)
      return message
    }),
})
