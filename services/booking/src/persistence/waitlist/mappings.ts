import { EntitySchema } from '@mikro-orm/core'

import { OfferItem } from '../../domain/waitlist/offer.ts'
import { WaitlistEntry } from '../../domain/waitlist/waitlist-entry.ts'
import { WaitlistItem } from '../../domain/waitlist/waitlist-item.ts'

const uuid = { type: 'uuid' } as const
const text = { type: 'text' } as const
const integer = { type: 'integer' } as const
const instant = { type: 'datetime', columnType: 'timestamptz(3)' } as const
const nullable = { nullable: true } as const
const computed = { type: 'json', persist: false, getter: true } as const

/** What the score is made of is not mapped: ranking.ts keeps it by itself, without a new version of the entry. */
export const WaitlistEntryMapping = new EntitySchema<WaitlistEntry>({
  class: WaitlistEntry,
  tableName: 'waitlist_entry',
  properties: {
    id: { ...uuid, primary: true },
    orgId: uuid,
    requesterUserId: uuid,
    requesterRole: text,
    status: text,
    startAt: instant,
    endAt: instant,
    purpose: { ...text, ...nullable },
    offeredAt: { ...instant, ...nullable },
    offerExpiresAt: { ...instant, ...nullable },
    offerStartAt: { ...instant, ...nullable },
    offerEndAt: { ...instant, ...nullable },
    offerBufferMinutes: integer,
    offerMadeBy: { ...uuid, ...nullable },
    offerIsAutomatic: { type: 'boolean' },
    bookingId: { ...uuid, ...nullable },
    reason: { ...text, ...nullable },
    endedAt: { ...instant, ...nullable },
    endedBy: { ...uuid, ...nullable },
    createdAt: instant,
    updatedAt: instant,
    version: { ...integer, version: true },
    items: { type: 'json', persist: false },
    offered: { type: 'json', persist: false },
    period: computed,
    resourceIds: computed,
  },
})

export const WaitlistItemMapping = new EntitySchema<WaitlistItem>({
  class: WaitlistItem,
  tableName: 'waitlist_item',
  properties: {
    id: { ...uuid, primary: true },
    orgId: uuid,
    entryId: uuid,
    position: integer,
    resourceId: uuid,
    resourceUnitId: { ...uuid, ...nullable },
    quantity: integer,
    waiting: { type: 'boolean' },
    wishes: computed,
  },
})

export const OfferItemMapping = new EntitySchema<OfferItem>({
  class: OfferItem,
  tableName: 'offer_item',
  properties: {
    id: { ...uuid, primary: true },
    orgId: uuid,
    entryId: uuid,
    position: integer,
    resourceId: uuid,
    resourceUnitId: { ...uuid, ...nullable },
    pinned: { type: 'boolean' },
    out: { type: 'boolean', persist: false, getter: true },
  },
})

export const waitlistEntities = [WaitlistEntryMapping, WaitlistItemMapping, OfferItemMapping]
