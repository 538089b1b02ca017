import { z } from 'zod'

import { Email, Password } from '../primitives/credentials.ts'
import { TimeZone } from '../primitives/locale.ts'
import { name } from '../primitives/text.ts'
import { Organization } from './organization.ts'
import { Roles, User } from './user.ts'

const NewOrganization = z.strictObject({ name: name(200), timezone: TimeZone })

/**
 * A registration founds an organisation (`organization`) or adds a member to one (`roles`). One object with a rule
 * rather than a union, so that every objection names its field.
 */
export const Registration = z
  .strictObject({
    email: Email,
    password: Password,
    full_name: name(200),
    organization: NewOrganization.optional().describe('With X-Bootstrap-Token: the organisation to found.'),
    roles: Roles.min(1, 'Give at least one role.')
      .optional()
      .describe('As an admin: the roles of the new member in this organisation.'),
  })
  .transform(({ organization, roles, ...person }, context): Founding | Joining => {
    if (organization && !roles) return { ...person, organization }
    if (roles && !organization) return { ...person, roles }
    context.addIssue({
      code: 'custom',
      path: [organization ? 'roles' : 'organization'],
      message: 'Send either `organization`, to found one, or `roles`, to add a member to this one.',
    })
    return z.NEVER
  })
  .meta({ oneOf: [{ required: ['organization'] }, { required: ['roles'] }] })

interface Person {
  email: string
  password: string
  full_name: string
}

/** A new organisation and its first admin. */
export interface Founding extends Person {
  organization: z.infer<typeof NewOrganization>
}

/** A member for the organisation of the request. */
export interface Joining extends Person {
  roles: z.infer<typeof Roles>
}

/** `{ organization, user }` for a founding, the bare user for a joining. */
export const Registered = z.union([z.object({ organization: Organization, user: User }), User])
export type Registered = z.infer<typeof Registered>
