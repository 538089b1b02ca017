import { z } from 'zod'

import { change } from '../primitives/change.ts'
import { Id } from '../primitives/id.ts'
import { InstantText } from '../primitives/instant.ts'
import { Version } from '../primitives/number.ts'
import { name, optionalText, text } from '../primitives/text.ts'
import { TagNames } from './tag.ts'
import { NewUnit } from './unit.ts'

export const ResourceStatus = z.enum(['AVAILABLE', 'MAINTENANCE', 'DISABLED']).meta({ id: 'ResourceStatus' })
export type ResourceStatus = z.infer<typeof ResourceStatus>

/** The kind of equipment in the organisation's own words, such as `Mikrofone`. */
export const ResourceType = name(100)

/** A kind of thing that is lent; its units are the things themselves. */
export const Resource = z
  .object({
    id: Id,
    org_id: Id,
    type: z.string(),
    name: z.string(),
    description: z.string().nullable(),
    serial_number: z.string().nullable(),
    status: ResourceStatus,
    tags: z.array(z.string()).describe('Names of its tags, in alphabetical order.'),
    units_total: z.int().min(0).describe('Units that are not deleted.'),
    units_available: z
      .int()
      .min(0)
      .describe('Of these, the ones whose status is AVAILABLE; whether they are free is a question of time.'),
    version: Version,
    created_at: InstantText,
    deleted_at: InstantText.nullable(),
  })
  .meta({ id: 'Resource' })
export type Resource = z.infer<typeof Resource>

const NewUnits = z
  .array(NewUnit)
  .max(200, 'Add at most 200 units at once.')
  .superRefine((units, context) => {
    const seen = new Set<string>()
    units.forEach(({ barcode }, index) => {
      if (seen.has(barcode)) {
        context.addIssue({
          code: 'custom',
          path: [index, 'barcode'],
          message: 'This barcode is given twice.',
        })
      }
      seen.add(barcode)
    })
  })

export const NewResource = z.strictObject({
  type: ResourceType,
  name: name(200),
  description: optionalText(4000),
  serial_number: optionalText(200),
  status: ResourceStatus.default('AVAILABLE'),
  tags: TagNames.default([]),
  units: NewUnits.default([]),
})
export type NewResource = z.infer<typeof NewResource>

export const ResourceChange = change({
  type: ResourceType.optional(),
  name: name(200).optional(),
  description: text(4000).nullable().optional(),
  serial_number: text(200).nullable().optional(),
  status: ResourceStatus.optional(),
  tags: TagNames.optional().describe('Replaces all tags.'),
})
export type ResourceChange = z.infer<typeof ResourceChange>
