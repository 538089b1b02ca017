import { z } from 'zod'

import { Id } from '../primitives/id.ts'

/** A resource that can be lent, and how many of its units are free for the whole of a time. */
export const LendableResource = z
  .object({
    resource_id: Id,
    name: z.string(),
    type: z.string(),
    tags: z.array(z.string()).describe('Names of its tags, in alphabetical order.'),
    units_total: z.int().min(1).describe('Units that can be lent, whoever has them at that time.'),
    units_free: z
      .int()
      .min(0)
      .describe('Of these, the ones that nothing keeps during the whole of the time.'),
  })
  .meta({ id: 'LendableResource' })
export type LendableResource = z.infer<typeof LendableResource>
