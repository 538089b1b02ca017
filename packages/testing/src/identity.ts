import { generateSigningKey, type PublicJwk, type SigningKey, statementSigner } from '@kitroom/access-token'
import type { Role } from '@kitroom/contracts'

const SPEAKERS = ['gateway', 'auth', 'inventory', 'booking', 'audit'] as const
type Speaker = (typeof SPEAKERS)[number]

export interface TestIdentity {
  privateJwk: (service: Speaker) => SigningKey
  publicJwks: { keys: Pick<PublicJwk, 'kty' | 'crv' | 'x' | 'kid'>[] }
  /** What the gateway would send with a member's request. */
  statementFor: (audience: string, member: TestMember) => Promise<string>
}

export interface TestMember {
  userId: string
  orgId: string
  roles: readonly Role[]
  sessionId?: string
}

const SESSION = '00000000-0000-7000-8000-000000000001'

/** Keys for every service and a pen for the gateway's statements. */
export async function testIdentity(): Promise<TestIdentity> {
  const keys = new Map<Speaker, SigningKey>()
  for (const service of SPEAKERS) keys.set(service, await generateSigningKey(`${service}:1`))
  const privateJwk = (service: Speaker) => {
    const key = keys.get(service)
    if (key === undefined) throw new Error(`${service} has no key.`)
    return key
  }
  const gateway = statementSigner({ service: 'gateway', privateJwk: privateJwk('gateway') })
  return {
    privateJwk,
    publicJwks: { keys: [...keys.values()].map(({ kty, crv, x, kid }) => ({ kty, crv, x, kid })) },
    statementFor: (audience, { userId, orgId, roles, sessionId = SESSION }) =>
      gateway.sign(audience, {
        address: '127.0.0.1',
        session: { userId, sessionId },
        member: { orgId, roles },
      }),
  }
}
