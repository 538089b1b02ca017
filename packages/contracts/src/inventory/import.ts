import { z } from 'zod'

import { text } from '../primitives/text.ts'

const column = text(200)

/** Which column of the file holds what, by the titles in its first line. */
export const ImportMapping = z.strictObject({
  name: column.describe('Column of the resource’s name.'),
  barcode: column.describe('Column of the unit’s barcode.'),
  type: column
    .optional()
    .describe('Column of the resource’s type; without it, or where it is empty, the type is EQUIPMENT.'),
  description: column.optional().describe('Column of the resource’s description.'),
  serial_number: column
    .optional()
    .describe('Column of the serial number; a resource gets it when all its rows agree on one.'),
  tag: column.optional().describe('Column of one tag for the resource.'),
  condition: column
    .optional()
    .describe('Column of the unit’s condition, NEW, GOOD, WORN or DAMAGED; where it is empty, GOOD.'),
  delimiter: z
    .string()
    .regex(/^[\t -~]$/, 'Write one ASCII character.')
    .refine((character) => character !== '"', 'The quotation mark cannot separate columns.')
    .default(',')
    .describe('The one character between columns, such as `;` or a tab (`%09`).'),
})
export type ImportMapping = z.infer<typeof ImportMapping>

/** The type of an imported resource whose row names none. */
export const DEFAULT_TYPE = 'EQUIPMENT'

export const ImportReport = z
  .object({
    rows: z.int().describe('Rows below the title line.'),
    resources_created: z.int(),
    units_created: z.int(),
    units_unchanged: z.int().describe('Rows whose barcode was there already.'),
  })
  .meta({ id: 'ImportReport' })
export type ImportReport = z.infer<typeof ImportReport>
