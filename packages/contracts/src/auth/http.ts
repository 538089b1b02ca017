import { z } from 'zod'

import { Role } from '../caller.ts'
import { endpoint } from '../endpoint.ts'
import { listQuery, pageOf } from '../list.ts'
import { Id } from '../primitives/id.ts'
import { BooleanParameter } from '../primitives/parameter.ts'
import { text } from '../primitives/text.ts'
import { Organization, OrganizationChange } from './organization.ts'
import { Registered, Registration } from './registration.ts'
import { Account, KeySet, Refresh, SignedIn, SignIn } from './session.ts'
import { User, UserChange } from './user.ts'

export const signIn = endpoint({
  name: 'signIn',
  service: 'auth',
  method: 'POST',
  path: '/auth/login',
  access: 'public',
  summary: 'Sign in',
  description:
    'Gives an access token for ten minutes and a refresh token for the next one. After 10 failures per account or address within 15 minutes further attempts are refused. `Idempotency-Key` is ignored, because an answer that holds tokens is never stored.',
  body: SignIn,
  idempotency: 'ignored',
  replies: { 200: SignedIn },
  failures: ['invalid-credentials', 'rate-limited'],
})

export const refreshSession = endpoint({
  name: 'refreshSession',
  service: 'auth',
  method: 'POST',
  path: '/auth/refresh',
  access: 'public',
  summary: 'Get a new access token',
  description:
    'Rotates the refresh token: keep the new one. A token used again ends the session, except within 10 seconds while its successor is unused, so that a lost answer logs nobody out. `Idempotency-Key` is ignored, because an answer that holds tokens is never stored.',
  body: Refresh,
  idempotency: 'ignored',
  replies: { 200: SignedIn },
  failures: ['invalid-credentials', 'rate-limited'],
})

export const register = endpoint({
  name: 'register',
  service: 'auth',
  method: 'POST',
  path: '/auth/register',
  access: 'public',
  summary: 'Found an organisation, or add a member',
  description:
    'With `X-Bootstrap-Token`, send `organization`: it is founded with this person as its first admin, and both are answered. Without that header the call needs `Authorization` and `X-Org-Id` of an admin; send `roles`, and the new member is answered. An e-mail that already has an account elsewhere is given the roles here, its password untouched. A new password that is among the most common ones is refused.',
  headers: z.object({ 'x-bootstrap-token': z.string().optional() }),
  body: Registration,
  idempotency: 'accepted',
  replies: { 201: Registered },
  failures: ['unauthenticated', 'org-header-invalid', 'not-a-member', 'forbidden', 'already-exists'],
})

export const signOut = endpoint({
  name: 'signOut',
  service: 'auth',
  method: 'POST',
  path: '/auth/logout',
  access: 'session',
  summary: 'Sign out',
  description:
    'Ends the session: its refresh token is void at once, its access token within 2 seconds everywhere. `X-Org-Id` and `Idempotency-Key` are not needed: a session can be ended twice.',
  idempotency: 'ignored',
  replies: { 204: null },
})

export const getMe = endpoint({
  name: 'getMe',
  service: 'auth',
  method: 'GET',
  path: '/auth/me',
  access: 'session',
  summary: 'Who am I, and where',
  description: 'The account with its organisations and the roles in each. `X-Org-Id` is not needed.',
  replies: { 200: Account },
})

export const listUsers = endpoint({
  name: 'listUsers',
  service: 'auth',
  method: 'GET',
  path: '/users',
  access: 'staff',
  summary: 'List the members of the organisation',
  query: listQuery({
    filters: {
      q: text(200).optional().describe('Part of the name or e-mail, without regard to case.'),
      role: Role.optional(),
      is_active: BooleanParameter.optional(),
    },
    sortable: ['full_name', 'email', 'created_at'],
    defaultSort: 'full_name',
  }),
  replies: { 200: pageOf(User) },
})

const params = z.strictObject({ id: Id })

export const getUser = endpoint({
  name: 'getUser',
  service: 'auth',
  method: 'GET',
  path: '/users/{id}',
  access: 'staff',
  summary: 'Get a member of the organisation',
  params,
  replies: { 200: User },
  failures: ['not-found'],
})

export const changeUser = endpoint({
  name: 'changeUser',
  service: 'auth',
  method: 'PATCH',
  path: '/users/{id}',
  access: 'admin',
  summary: 'Change a member, their roles, or whether they are active',
  description:
    'A deactivation or change of roles is in force within 2 seconds, also for tokens already issued.',
  params,
  body: UserChange,
  ifMatch: 'required',
  replies: { 200: User },
  failures: ['not-found', 'invalid-transition'],
})

export const getOrganization = endpoint({
  name: 'getOrganization',
  service: 'auth',
  method: 'GET',
  path: '/organizations/current',
  access: 'student',
  summary: 'Get the organisation of X-Org-Id',
  replies: { 200: Organization },
})

export const changeOrganization = endpoint({
  name: 'changeOrganization',
  service: 'auth',
  method: 'PATCH',
  path: '/organizations/current',
  access: 'admin',
  summary: 'Change the organisation or its policy',
  description:
    'Members of `policy` that are left out keep their value, also inside its groups; `opening_hours`, `closures` and `approval.by_type` are replaced whole. Bookings that were made stay as they are; the new rules are for what is asked for from then on.',
  body: OrganizationChange,
  ifMatch: 'required',
  replies: { 200: Organization },
})

export const getKeys = endpoint({
  name: 'getKeys',
  service: 'auth',
  method: 'GET',
  path: '/.well-known/jwks.json',
  access: 'public',
  summary: 'Get the public keys of access tokens',
  replies: { 200: KeySet },
})
