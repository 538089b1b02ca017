import { EntitySchema } from '@mikro-orm/core'

import { Booking, StatusChange } from '../domain/booking.ts'
import { BookingItem } from '../domain/booking-item.ts'
import { BookingMessage } from '../domain/booking-message.ts'

const uuid = { type: 'uuid' } as const
const text = { type: 'text' } as const
const instant = { type: 'datetime', columnType: 'timestamptz(3)' } as const
const nullable = { nullable: true } as const

export const BookingMapping = new EntitySchema<Booking>({
  class: Booking,
  tableName: 'booking',
  properties: {
    id: { ...uuid, primary: true },
    orgId: uuid,
    requesterUserId: uuid,
    status: text,
    startAt: instant,
    endAt: instant,
    purpose: { ...text, ...nullable },
    bufferMinutes: { type: 'integer' },
    renewals: { type: 'integer' },
    atRiskSince: { ...instant, ...nullable },
    atRiskReason: { ...text, ...nullable },
    noShowAt: { ...instant, ...nullable },
    createdAt: instant,
    updatedAt: instant,
    cancelledAt: { ...instant, ...nullable },
    pickedUpAt: { ...instant, ...nullable },
    returnedAt: { ...instant, ...nullable },
    version: { type: 'integer', version: true },
    items: { type: 'json', persist: false },
    history: { type: 'json', persist: false },
    period: { type: 'json', persist: false, getter: true },
    holder: { type: 'json', persist: false, getter: true },
    keeps: { type: 'json', persist: false, getter: true },
    claimed: { type: 'json', persist: false, getter: true },
    occupies: { type: 'boolean', persist: false, getter: true },
    collected: { type: 'boolean', persist: false, getter: true },
  },
})

export const BookingItemMapping = new EntitySchema<BookingItem>({
  class: BookingItem,
  tableName: 'booking_item',
  properties: {
    id: { ...uuid, primary: true },
    orgId: uuid,
    bookingId: uuid,
    position: { type: 'integer' },
    resourceId: uuid,
    resourceUnitId: { ...uuid, ...nullable },
    pinned: { type: 'boolean' },
    handedOutAt: { ...instant, ...nullable },
    handedOutCondition: { ...text, ...nullable },
    handOutNote: { ...text, ...nullable },
    returnedAt: { ...instant, ...nullable },
    returnedCondition: { ...text, ...nullable },
    returnNote: { ...text, ...nullable },
    out: { type: 'boolean', persist: false, getter: true },
    state: { ...text, persist: false, getter: true },
    heldFrom: { ...instant, persist: false, getter: true },
  },
})

export const StatusChangeMapping = new EntitySchema<StatusChange>({
  class: StatusChange,
  tableName: 'booking_status_change',
  properties: {
    id: { ...uuid, primary: true },
    orgId: uuid,
    bookingId: uuid,
    position: { type: 'integer' },
    status: text,
    at: instant,
    actorUserId: { ...uuid, ...nullable },
    reason: { ...text, ...nullable },
  },
})

const BookingMessageMapping = new EntitySchema<BookingMessage>({
  class: BookingMessage,
  tableName: 'booking_message',
  properties: {
    id: { ...uuid, primary: true },
    orgId: uuid,
    bookingId: uuid,
    authorUserId: uuid,
    text,
    createdAt: instant,
  },
})

export const bookingEntities = [
  BookingMapping,
  BookingItemMapping,
  StatusChangeMapping,
  BookingMessageMapping,
]
