import { z } from 'zod'

import { UnitCondition } from '../../inventory/unit.ts'
import { Id } from '../../primitives/id.ts'
import { Instant } from '../../primitives/instant.ts'
import { optionalText } from '../../primitives/text.ts'

/** How many units a loan may grow to by scans at the desk, what came back included. */
export const MAX_LOAN_ITEMS = 500

const condition = UnitCondition.optional().describe('As the desk saw it; left out when nobody looked.')
const note = optionalText(1000)

const SeenUnit = z.strictObject({ resource_unit_id: Id, condition, note })

const SeenUnits = z
  .array(SeenUnit)
  .max(MAX_LOAN_ITEMS, `A loan has at most ${MAX_LOAN_ITEMS} units.`)
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
  .default([])

/** A part is named unit by unit. */
function namesItsPart(
  { partial, items }: { partial: boolean; items: unknown[] },
  context: z.core.$RefinementCtx,
): void {
  if (!partial || items.length > 0) return
  const message = 'Name the units that are meant when it is not all of them.'
  context.addIssue({ code: 'custom', path: ['items'], message })
}

/** What goes out, and how. Units that are not mentioned go out too, unless it is a part. */
export const HandOut = z
  .strictObject({
    picked_up_at: Instant.optional().describe('When it happened; now when left out.'),
    items: SeenUnits.describe('Condition and note of units; with `partial`, also which ones go out.'),
    partial: z.boolean().default(false).describe('Hand out the named units only; the rest can follow.'),
  })
  .superRefine(namesItsPart)
export type HandOut = z.infer<typeof HandOut>

/** What came back, and how. Units that are not mentioned came back too, unless it is a part. */
export const ReturnOfUnits = z
  .strictObject({
    returned_at: Instant.optional().describe('When it happened; now when left out.'),
    items: SeenUnits.describe('Condition and note of units; with `partial`, also which ones are back.'),
    partial: z.boolean().default(false).describe('Only the named units are back; the rest stays out.'),
  })
  .superRefine(namesItsPart)
export type ReturnOfUnits = z.infer<typeof ReturnOfUnits>

/** A unit read by the scanner. */
export const ScannedUnit = z.strictObject({ resource_unit_id: Id })
export type ScannedUnit = z.infer<typeof ScannedUnit>

/** The unit that takes the place of another, and how the other one came back. */
export const Swap = z.strictObject({
  resource_unit_id: Id.describe('The unit that takes its place; of the same resource.'),
  condition: condition.describe('Of the unit that comes back; only when it was handed out.'),
  note,
})
export type Swap = z.infer<typeof Swap>
