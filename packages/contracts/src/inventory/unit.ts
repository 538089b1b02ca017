import { z } from 'zod'

import { change } from '../primitives/change.ts'
import { Id } from '../primitives/id.ts'
import { InstantText } from '../primitives/instant.ts'
import { Version } from '../primitives/number.ts'
import { name, optionalText, text } from '../primitives/text.ts'

export const UnitCondition = z.enum(['NEW', 'GOOD', 'WORN', 'DAMAGED']).meta({ id: 'UnitCondition' })
export type UnitCondition = z.infer<typeof UnitCondition>

export const UnitStatus = z.enum(['AVAILABLE', 'MAINTENANCE', 'LOST', 'RETIRED']).meta({ id: 'UnitStatus' })
export type UnitStatus = z.infer<typeof UnitStatus>

/** What a scanner reads, unique in its organisation. */
export const Barcode = name(100)

export const ResourceUnit = z
  .object({
    id: Id,
    org_id: Id,
    resource_id: Id,
    barcode: z.string(),
    serial_number: z.string().nullable(),
    condition: UnitCondition,
    status: UnitStatus,
    version: Version,
    created_at: InstantText,
    deleted_at: InstantText.nullable(),
  })
  .meta({ id: 'ResourceUnit' })
export type ResourceUnit = z.infer<typeof ResourceUnit>

export const NewUnit = z.strictObject({
  barcode: Barcode,
  serial_number: optionalText(200),
  condition: UnitCondition.default('GOOD'),
  status: UnitStatus.default('AVAILABLE'),
})
export type NewUnit = z.infer<typeof NewUnit>

export const UnitChange = change({
  barcode: Barcode.optional(),
  serial_number: text(200).nullable().optional(),
  condition: UnitCondition.optional(),
  status: UnitStatus.optional(),
})
export type UnitChange = z.infer<typeof UnitChange>
