import { z } from 'zod'

import { change } from '../primitives/change.ts'
import { Id } from '../primitives/id.ts'
import { InstantText } from '../primitives/instant.ts'
import { Currency, TimeZone } from '../primitives/locale.ts'
import { Version } from '../primitives/number.ts'
import { name } from '../primitives/text.ts'
import { Policy, PolicyChange } from './policy/policy.ts'

export const Organization = z
  .object({
    id: Id,
    name: z.string(),
    timezone: TimeZone,
    currency: Currency,
    policy: Policy,
    version: Version,
    created_at: InstantText,
  })
  .meta({ id: 'Organization' })
export type Organization = z.infer<typeof Organization>

export const OrganizationChange = change({
  name: name(200).optional(),
  timezone: TimeZone.optional(),
  policy: PolicyChange.optional(),
})
export type OrganizationChange = z.infer<typeof OrganizationChange>
