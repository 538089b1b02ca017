import { statementVerifier } from '@kitroom/access-token'
import type { PolicyChange, Role } from '@kitroom/contracts'
import { type GrpcServer, grpcServer } from '@kitroom/grpc'
import { createLogger } from '@kitroom/service'
import type { TestIdentity } from '@kitroom/testing'

const logger = createLogger({ service: 'booking', level: 'error' })

export interface Person {
  userId: string
  orgId: string
  roles: readonly Role[]
}

/** What an organisation has set; what is left out has its default. */
export interface OrganizationRules extends PolicyChange {
  currency?: string
  timezone?: string
}

/** An auth that answers from memory. */
export function fakedAuth(
  identity: TestIdentity,
  people: Map<string, Person>,
  rules: Map<string, OrganizationRules>,
): GrpcServer {
  return grpcServer({
    service: 'auth',
    logger,
    statements: statementVerifier({
      audience: 'auth',
      publicJwks: identity.publicJwks,
      issuers: ['booking'],
    }),
    implementations: {
      Access: { getCaller: notOurs, batchGetCallers: notOurs },
      Directory: {
        batchGetUsers: ({ org_id, user_ids }) =>
          Promise.resolve({
            users: user_ids.flatMap((id) => {
              const person = people.get(id)
              if (person?.orgId !== org_id) return []
              return { id, email: 'a@b.example', full_name: 'A', is_active: true, roles: [...person.roles] }
            }),
          }),
        getOrganization: ({ org_id }) => {
          const { currency = 'EUR', timezone = 'Europe/Zurich', ...policy } = rules.get(org_id) ?? {}
          return Promise.resolve({
            id: org_id,
            name: 'O',
            timezone,
            currency,
            policy_json: JSON.stringify(policy),
            version: 1,
          })
        },
      },
    },
  })
}

const notOurs = () => Promise.reject(new Error('booking does not ask this'))
