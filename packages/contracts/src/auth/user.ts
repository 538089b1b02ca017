import { z } from 'zod'

import { Role } from '../caller.ts'
import { change } from '../primitives/change.ts'
import { Id } from '../primitives/id.ts'
import { InstantText } from '../primitives/instant.ts'
import { Version } from '../primitives/number.ts'
import { name } from '../primitives/text.ts'

/** A person as a member of the organisation of the request. */
export const User = z
  .object({
    id: Id,
    org_id: Id.describe('The organisation the account was made in.'),
    email: z.string(),
    full_name: z.string(),
    is_active: z.boolean(),
    roles: z.array(Role).describe('In the organisation of the request.'),
    version: Version,
    created_at: InstantText,
  })
  .meta({ id: 'User' })
export type User = z.infer<typeof User>

/** A list of roles in which none appears twice. */
export const Roles = z
  .array(Role)
  .refine((roles) => new Set(roles).size === roles.length, 'Name each role at most once.')
  .meta({ uniqueItems: true })

export const UserChange = change({
  full_name: name(200).optional(),
  is_active: z.boolean().optional(),
  roles: Roles.optional().describe(
    'Replaces the roles in this organisation; an empty list ends the membership.',
  ),
})
export type UserChange = z.infer<typeof UserChange>
