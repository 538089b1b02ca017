import { randomUUID } from 'node:crypto'

import { enrol, foundOrganization, PASSWORD, type Person, request, type Sending } from '../client.ts'
import type { TestSystem } from '../test-system.ts'

/** One thing that happens at the door, and what must be found of it afterwards. */
export interface Occasion {
  name: string
  requestId: string
  status: number
  /** In the gateway's line, as far as the request told. */
  user?: string
  org?: string
  /** Why: in the gateway's line, or in auth's where only auth knows. */
  refused?: string
  reason?: string
  /** The changes that the audit must tell of, with this actor. */
  audited?: { actor: string; changes: string[] }
}

/** Makes each kind of thing that happens at the door happen once (AUT-19). */
export async function occasions(system: TestSystem, admin: Person): Promise<Occasion[]> {
  const seen: Occasion[] = []
  const happens = async (
    name: string,
    call: { method: string; path: string; as?: Person; sending?: Sending },
    found: Omit<Occasion, 'name' | 'requestId' | 'status'> = {},
  ) => {
    const requestId = randomUUID()
    const { as, sending = {} } = call
    const headers = { 'X-Request-Id': requestId, ...sending.headers }
    const answer =
      as === undefined
        ? await request(system.url, call.method, call.path, { ...sending, headers })
        : await as.send(call.method, call.path, { ...sending, headers })
    seen.push({ name, requestId, status: answer.status, ...found })
    return answer.body as unknown as Record<string, string>
  }
  const login = (body: object) => ({ method: 'POST', path: '/auth/login', sending: { body } })
  const refresh = (refresh_token: string) => ({
    method: 'POST',
    path: '/auth/refresh',
    sending: { body: { refresh_token } },
  })
  const patch = (who: Person, body: object) => ({
    method: 'PATCH',
    path: `/users/${who.id}`,
    as: admin,
    sending: { body, ifMatch: '*' },
  })

  const [ann, bob, eve] = [
    await enrol(system.url, admin, 'student'),
    await enrol(system.url, admin, 'student'),
    await foundOrganization(system.url, system.bootstrapToken, 'Elsewhere'),
  ]
  const emailOf = async (who: Person) =>
    ((await who.send('GET', '/auth/me')).body as unknown as { email: string }).email
  const [annsEmail, bobsEmail] = [await emailOf(ann), await emailOf(bob)]
  const byAdmin = (...changes: string[]) => ({
    user: admin.id,
    org: admin.orgId,
    audited: { actor: admin.id, changes },
  })

  const tokens = await happens('a sign-in', login({ email: annsEmail, password: PASSWORD }), {
    audited: { actor: ann.id, changes: ['Session CREATE'] },
  })
  await happens('a wrong password', login({ email: annsEmail, password: 'wrong' }), {
    reason: 'wrong-password',
  })
  await happens('an unknown e-mail', login({ email: 'nobody@x.example', password: PASSWORD }), {
    reason: 'unknown-email',
  })
  const next = await happens('a refresh', refresh(String(tokens['refresh_token'])))
  await request(system.url, 'POST', '/auth/refresh', { body: { refresh_token: next['refresh_token'] } })
  await happens('a refresh token that comes again', refresh(String(tokens['refresh_token'])), {
    reason: 'token-reused',
    audited: { actor: ann.id, changes: ['Session STATUS_CHANGE'] },
  })
  await happens('a refresh of what is over', refresh(String(next['refresh_token'])), {
    reason: 'session-over',
  })
  await happens('a refresh token nobody gave', refresh('x'.repeat(43)), { reason: 'unknown-token' })
  await happens(
    'signing out',
    { method: 'POST', path: '/auth/logout', as: ann },
    {
      user: ann.id,
      audited: { actor: ann.id, changes: ['Session STATUS_CHANGE'] },
    },
  )
  await happens(
    'a token of a session that is over',
    { method: 'GET', path: '/tags', as: ann },
    {
      user: ann.id,
      org: ann.orgId,
      refused: 'unauthenticated',
    },
  )
  await happens('no token', { method: 'GET', path: '/tags' }, { refused: 'unauthenticated' })
  // What is left of the signature is base64url of no length of bytes; of another length it might be one, and a wrong one.
  const cut = { Authorization: `Bearer ${bob.token.slice(0, -9)}` }
  await happens(
    'a cut token',
    { method: 'GET', path: '/tags', as: bob, sending: { headers: cut } },
    {
      refused: 'unauthenticated',
    },
  )
  const [head = '', , signature = ''] = bob.token.split('.')
  const [, payload = ''] = admin.token.split('.')
  const mixed = { Authorization: `Bearer ${head}.${payload}.${signature}` }
  await happens(
    'a token of two',
    { method: 'GET', path: '/tags', as: bob, sending: { headers: mixed } },
    {
      refused: 'unauthenticated: ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
    },
  )
  await happens(
    'a stranger in the organisation',
    { method: 'GET', path: '/tags', as: eve, sending: { headers: { 'X-Org-Id': admin.orgId } } },
    { user: eve.id, org: admin.orgId, refused: 'not-a-member' },
  )
  await happens(
    'a role that is too low',
    { method: 'GET', path: '/users', as: bob },
    {
      user: bob.id,
      org: bob.orgId,
      refused: 'forbidden',
    },
  )
  const person = { email: `new-${randomUUID()}@x.example`, password: PASSWORD, full_name: 'New' }
  const organization = { name: 'New', timezone: 'Europe/Zurich' }
  await happens('a wrong bootstrap token', {
    method: 'POST',
    path: '/auth/register',
    sending: { body: { ...person, organization }, headers: { 'X-Bootstrap-Token': 'wrong-token-9Q' } },
  })
  await happens(
    'a new member',
    { method: 'POST', path: '/auth/register', as: admin, sending: { body: { ...person, roles: ['staff'] } } },
    byAdmin('User CREATE', 'UserRole CREATE'),
  )
  await happens(
    'a change of roles',
    patch(bob, { roles: ['staff'] }),
    byAdmin('User UPDATE', 'UserRole CREATE', 'UserRole SOFT_DELETE'),
  )
  await happens(
    'a deactivation',
    patch(bob, { is_active: false }),
    byAdmin('User UPDATE', 'Session STATUS_CHANGE'),
  )
  await happens('an inactive account', login({ email: bobsEmail, password: PASSWORD }), {
    reason: 'inactive-account',
  })
  await happens('a last admin who would go', patch(admin, { roles: ['staff'] }), {
    user: admin.id,
    org: admin.orgId,
  })
  for (let n = 0; n < 10; n += 1) {
    await request(system.url, 'POST', '/auth/login', {
      body: { email: 'guessed@x.example', password: 'wrong' },
    })
  }
  await happens('one guess too many', login({ email: 'guessed@x.example', password: 'wrong' }), {
    reason: 'too-many-failures',
  })
  return seen
}
