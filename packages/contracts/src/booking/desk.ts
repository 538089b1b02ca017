import { z } from 'zod'

import { UnitCondition } from '../inventory/unit.ts'
import { Id } from '../primitives/id.ts'
import { Instant } from '../primitives/instant.ts'
import { optionalText } from '../primitives/text.ts'
import { MAX_ITEMS } from './wish.ts'

/** Why a booking is approved, rejected or cancelled. */
export const Reason = z.strictObject({ reason: optionalText(1000) })
export type Reason = z.infer<typeof Reason>

export const HandOut = z.strictObject({
  picked_up_at: Instant.optional().describe('When it happened; now when left out.'),
})
export type HandOut = z.infer<typeof HandOut>

const ReturnedItem = z.strictObject({
  resource_unit_id: Id,
  condition: UnitCondition,
  note: optionalText(1000),
})

/** What came back, and how. Units that are not mentioned came back as they went. */
export const ReturnOfUnits = z.strictObject({
  returned_at: Instant.optional().describe('When it happened; now when left out.'),
  items: z
    .array(ReturnedItem)
    .max(MAX_ITEMS, `A booking has at most ${MAX_ITEMS} items.`)
    .superRefine((items, context) => {
      const seen = new Set<string>()
      items.forEach(({ resource_unit_id }, index) => {
        if (seen.has(resource_unit_id)) {
          const path = [index, 'resource_unit_id']
          context.addIssue({ code: 'custom', path, message: 'This unit is mentioned twice.' })
        }
        seen.add(resource_unit_id)
      })
    })
    .default([]),
})
export type ReturnOfUnits = z.infer<typeof ReturnOfUnits>
