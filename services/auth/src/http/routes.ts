import * as contract from '@kitroom/contracts'
import { Failure } from '@kitroom/errors'
import { created, noContent, ok, on, type Route } from '@kitroom/http'

import { userFacts } from '../domain/members/user-facts.ts'
import { organizationFacts } from '../domain/organization-facts.ts'
import type { UseCases } from '../use-cases/index.ts'
import { registration, registrationDoor } from './registration.ts'

/** The user and session of an endpoint that needs a token. */
function signedIn({ userId, sessionId }: { userId: string | null; sessionId: string | null }) {
  if (userId === null || sessionId === null) throw new Failure('unauthenticated', 'Sign in first.')
  return { userId, sessionId }
}

/** Every REST operation of the service. */
export const routes = (auth: UseCases, bootstrapTokens: readonly string[]): Route[] => [
  on(
    contract.signIn,
    ({ body, visitor, requestId }) => auth.signIn(body, { address: visitor.address, requestId }),
    ok,
  ),
  on(
    contract.refreshSession,
    ({ body, visitor, requestId }) =>
      auth.refreshSession(body.refresh_token, { address: visitor.address, requestId }),
    ok,
  ),
  on(contract.signOut, ({ visitor, requestId }) => auth.signOut(signedIn(visitor), requestId), noContent),
  on(contract.getMe, ({ visitor }) => auth.account(signedIn(visitor).userId), ok),
  on(
    contract.register,
    registration(auth),
    (result) =>
      'organization' in result
        ? created('/organizations/current', {
            organization: organizationFacts(result.organization),
            user: userFacts(result.admin),
          })
        : created(`/users/${result.id}`, userFacts(result)),
    registrationDoor(bootstrapTokens),
  ),
  on(contract.listUsers, ({ call, query }) => auth.members(call.orgId, query), ok),
  on(contract.getUser, ({ call, params }) => auth.member(call.orgId, params.id), ok),
  on(
    contract.changeUser,
    ({ call, params, body, ifMatch }) => auth.changeMember(call, params.id, body, ifMatch),
    (member) => ok(userFacts(member)),
  ),
  on(contract.getOrganization, ({ call }) => auth.organization(call.orgId), ok),
  on(
    contract.changeOrganization,
    ({ call, body, ifMatch }) => auth.changeOrganization(call, body, ifMatch),
    (organization) => ok(organizationFacts(organization)),
  ),
  on(contract.getKeys, () => auth.keySet(), ok),
]
