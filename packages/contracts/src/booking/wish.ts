import { z } from 'zod'

import { change } from '../primitives/change.ts'
import { Id } from '../primitives/id.ts'
import { Instant } from '../primitives/instant.ts'
import { integer } from '../primitives/number.ts'
import { interval, MAX_DAYS } from '../primitives/period.ts'
import { optionalText, text } from '../primitives/text.ts'

/** How many units one booking may have. */
export const MAX_ITEMS = 50

/** What someone wants to borrow: this very unit, or so many units of a resource. */
export type WishedItem = { resource_unit_id: string } | { resource_id: string; quantity: number }

/** One object with a rule rather than a union, so that every objection names its field. */
const WishedItem = z
  .strictObject({
    resource_unit_id: Id.optional().describe('This very unit.'),
    resource_id: Id.optional().describe('Any units of this resource.'),
    quantity: integer(1, MAX_ITEMS).optional().describe('How many units of the resource; 1 when left out.'),
  })
  .transform(({ resource_unit_id, resource_id, quantity }, context): WishedItem => {
    const refuse = (field: string, message: string) => {
      context.addIssue({ code: 'custom', path: [field], message })
      return z.NEVER
    }
    if (resource_unit_id === undefined) {
      if (resource_id !== undefined) return { resource_id, quantity: quantity ?? 1 }
      return refuse('resource_unit_id', 'Send either `resource_unit_id` or `resource_id`.')
    }
    if (resource_id !== undefined)
      return refuse('resource_id', 'Send either `resource_unit_id` or `resource_id`.')
    if (quantity !== undefined)
      return refuse('quantity', 'A quantity belongs to `resource_id`; a unit is one.')
    return { resource_unit_id }
  })
  .meta({
    oneOf: [
      { required: ['resource_unit_id'], not: { required: ['quantity'] } },
      { required: ['resource_id'], not: { required: ['resource_unit_id'] } },
    ],
  })

/** All that one booking or entry asks for. */
export const WishedItems = z
  .array(WishedItem)
  .min(1, 'Ask for at least one item.')
  .max(MAX_ITEMS, `Ask for at most ${MAX_ITEMS} items.`)
  .superRefine((items, context) => {
    const seen = new Set<string>()
    let units = 0
    items.forEach((item, index) => {
      units += 'quantity' in item ? item.quantity : 1
      if (!('resource_unit_id' in item)) return
      if (seen.has(item.resource_unit_id)) {
        const path = [index, 'resource_unit_id']
        context.addIssue({ code: 'custom', path, message: 'This unit is asked for twice.' })
      }
      seen.add(item.resource_unit_id)
    })
    if (units > MAX_ITEMS) {
      const message = `Ask for at most ${MAX_ITEMS} units in all; these are ${units}.`
      context.addIssue({ code: 'custom', message })
    }
  })

/** What both a booking and a waitlist entry ask for. */
const asked = {
  start_at: Instant,
  end_at: Instant,
  purpose: optionalText(1000),
  items: WishedItems,
  on_behalf_of: Id.optional().describe('The user who borrows; only for staff.'),
}

/** A booking as it is asked for. */
export const BookingWish = z
  .strictObject({
    ...asked,
    status: z.literal('DRAFT').optional().describe('Keep it to oneself for now; it takes no units yet.'),
    waitlist: z.boolean().optional().describe('Join the waitlist when it cannot be booked now.'),
  })
  .superRefine(interval('start_at', 'end_at', MAX_DAYS))
  .superRefine(({ status, waitlist }, context) => {
    if (status === undefined || waitlist !== true) return
    const message = 'A draft takes no units, so it has nothing to wait for.'
    context.addIssue({ code: 'custom', path: ['waitlist'], message })
  })
export type BookingWish = z.infer<typeof BookingWish>

/** What somebody waits for. */
export const WaitlistWish = z.strictObject(asked).superRefine(interval('start_at', 'end_at', MAX_DAYS))
export type WaitlistWish = z.infer<typeof WaitlistWish>

/** What staff propose to a waitlist entry; what is left out is as it was asked for. */
export const OfferWish = z
  .strictObject({
    start_at: Instant.optional(),
    end_at: Instant.optional(),
    items: WishedItems.optional().describe('In place of all that was asked for.'),
  })
  .superRefine(interval('start_at', 'end_at', MAX_DAYS))
export type OfferWish = z.infer<typeof OfferWish>

/** What to change; `items` replaces all items. */
export const BookingChange = change({
  start_at: Instant.optional(),
  end_at: Instant.optional(),
  purpose: text(1000).nullable().optional(),
  items: WishedItems.optional().describe('Replaces all items.'),
}).superRefine(interval('start_at', 'end_at', MAX_DAYS))
export type BookingChange = z.infer<typeof BookingChange>
