import { randomUUID } from 'node:crypto'

import { generateSigningKey, issueAccessToken, publicPart, type SigningKey } from '@kitroom/access-token'
import { until } from '@kitroom/testing'

import { enrol, type Person } from '../client.ts'
import type { TestSystem } from '../test-system.ts'
import { credentialsOf } from '../wire.ts'
import type { Organization } from './organization.ts'

type Headers = readonly [string, string][]

/** Who is refused before anything else is looked at, with what is said. */
export interface Outsider {
  name: string
  headers: Headers
  code: string
}

const AUDIENCE = 'kitroom'

/**
 * A key the gateway believes, because auth publishes it; it never signs for auth, as it is one to come. To be made before
 * the gateway has met a token: then it asks for keys, and not again for a while.
 */
export async function publishedKey({ sql, url }: TestSystem): Promise<SigningKey> {
  const key = await generateSigningKey(randomUUID())
  await sql(
    `insert into auth.signing_key (kid, public_jwk, sealed_private_jwk, active_from)
     values ($1, $2, '', clock_timestamp() + interval '1 day')`,
    [key.kid, JSON.stringify(publicPart(key))],
  )
  await until(
    async () => (await fetch(`${url}/.well-known/jwks.json`)).text(),
    (published) => published.includes(key.kid),
  )
  return key
}

/** The session an access token is of. */
const sessionIn = (token: string): string =>
  (JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as { sid: string }).sid

/** Tokens of a person that are good but for one claim. */
async function wrongTokens(
  { url }: TestSystem,
  key: SigningKey,
  { id: userId, token, send }: Person,
): Promise<Record<string, string>> {
  const grant = {
    ...{ issuer: url, audience: AUDIENCE, userId },
    ...{ sessionId: sessionIn(token), tokenId: randomUUID() },
  }
  const issue = (changed: Partial<typeof grant> & { now?: Date } = {}) =>
    issueAccessToken(key, { ...grant, ...changed })
  const good = await send('GET', '/resources', { headers: { Authorization: `Bearer ${await issue()}` } })
  if (good.status !== 200) throw new Error(`The key is not believed: ${JSON.stringify(good.body)}`)
  return {
    'for another audience': await issue({ audience: 'elsewhere' }),
    'of another issuer': await issue({ issuer: 'https://evil.example' }),
    'that is over': await issue({ now: new Date(Date.now() - 3_600_000) }),
    'of another user of that session': await issue({ userId: randomUUID() }),
    'of no session': await issue({ sessionId: randomUUID() }),
  }
}

/** An admin who was one until now: without a role, or deactivated. */
async function formerAdmin({ url }: TestSystem, { admin }: Organization, change: object): Promise<Person> {
  const person = await enrol(url, admin, 'admin')
  const read = () => person.send('GET', '/resources')
  if ((await read()).status !== 200) throw new Error('The admin is none.')
  const changed = await admin.send('PATCH', `/users/${person.id}`, { body: change, ifMatch: '*' })
  if (changed.status !== 200) throw new Error(JSON.stringify(changed.body))
  await until(read, ({ status }) => status !== 200)
  return person
}

/** Everybody who has no business in an organisation, whatever they ask and about what. */
export async function outsiders(
  system: TestSystem,
  key: SigningKey,
  ours: Organization,
  theirs: Organization,
): Promise<Outsider[]> {
  const inOurs = (token: string) => credentialsOf({ token, orgId: ours.id })
  const { admin } = ours
  const strangers = {
    'without a token': [['X-Org-Id', ours.id]] satisfies Headers,
    'with garbage for a token': inOurs('garbage'),
    'with a refresh token': inOurs(admin.refreshToken),
    'with a deactivated account': inOurs((await formerAdmin(system, ours, { is_active: false })).token),
    ...Object.fromEntries(
      Object.entries(await wrongTokens(system, key, admin)).map(([name, token]) => [
        `with a token ${name}`,
        inOurs(token),
      ]),
    ),
  }
  const removed = await formerAdmin(system, ours, { roles: [] })
  return [
    ...Object.entries(strangers).map(([name, headers]) => ({ name, headers, code: 'unauthenticated' })),
    { name: 'as admin of another organisation', headers: inOurs(theirs.admin.token), code: 'not-a-member' },
    { name: 'as admin until now', headers: inOurs(removed.token), code: 'not-a-member' },
  ]
}
