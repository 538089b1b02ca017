import { randomUUID } from 'node:crypto'

import { until } from '@kitroom/testing'

import { requireDocumented } from './documented.ts'

/** @public For deploy/containers, which sees no packages. */
export { until }

export interface Answer {
  status: number
  headers: Headers
  // A journey reads what it expects; what is not there shows as a failed expectation.
  body: Json
}
export type Json = Record<string, never> & { [member: string]: never }

export interface Sending {
  body?: unknown
  text?: string
  headers?: Record<string, string>
  key?: string
  ifMatch?: string
}

/** A person with a token, working in one organisation. */
export interface Person {
  id: string
  email: string
  orgId: string
  token: string
  refreshToken: string
  send: (method: string, path: string, sending?: Sending) => Promise<Answer>
}

export const PASSWORD = 'correct horse battery'

/** Sends one request to the gateway. Throws when the answer is not as the gateway's document says. */
export async function request(
  url: string,
  method: string,
  path: string,
  sending: Sending = {},
): Promise<Answer> {
  const { body, text, headers = {}, key, ifMatch } = sending
  const response = await fetch(`${url}${path}`, {
    method,
    headers: {
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...(key === undefined ? {} : { 'Idempotency-Key': key }),
      ...(ifMatch === undefined ? {} : { 'If-Match': ifMatch }),
      ...headers,
    },
    ...(body === undefined ? (text === undefined ? {} : { body: text }) : { body: JSON.stringify(body) }),
  })
  const read = await response.text()
  await requireDocumented(url, {
    method,
    path,
    status: response.status,
    header: (name) => response.headers.get(name) ?? undefined,
    text: read,
  })
  return {
    status: response.status,
    headers: response.headers,
    body: (read === '' ? {} : JSON.parse(read)) as Json,
  }
}

export async function signedIn(url: string, email: string, orgId: string): Promise<Person> {
  const { status, body } = await patiently(() =>
    request(url, 'POST', '/auth/login', { body: { email, password: PASSWORD } }),
  )
  if (status !== 200) throw new Error(`${email} could not sign in: ${JSON.stringify(body)}`)
  const {
    access_token: token,
    refresh_token: refreshToken,
    user,
  } = body as unknown as {
    access_token: string
    refresh_token: string
    user: { id: string }
  }
  return {
    id: user.id,
    email,
    orgId,
    token,
    refreshToken,
    send: (method, path, sending = {}) =>
      request(url, method, path, {
        ...sending,
        headers: { Authorization: `Bearer ${token}`, 'X-Org-Id': orgId, ...sending.headers },
      }),
  }
}

/** The same person with a new token: one lasts ten minutes, and some tests an hour. */
export const signedInAgain = (url: string, { email, orgId }: Person): Promise<Person> =>
  signedIn(url, email, orgId)

/** For what a test needs and is not about: a system that is too busy is asked again, though it may have done what it was asked. */
export const patiently = <T extends { status: number }>(ask: () => Promise<T>): Promise<T> =>
  until(ask, ({ status }) => status !== 503)

/** A new organisation with its first admin. */
export async function foundOrganization(url: string, bootstrapToken: string, name: string): Promise<Person> {
  let email = ''
  const { status, body } = await patiently(() => {
    email = `admin-${randomUUID()}@kitroom.example`
    const organization = { name, timezone: 'Europe/Zurich' }
    return request(url, 'POST', '/auth/register', {
      headers: { 'X-Bootstrap-Token': bootstrapToken },
      body: { organization, email, password: PASSWORD, full_name: 'The Admin' },
    })
  })
  if (status !== 201) throw new Error(`could not found ${name}: ${JSON.stringify(body)}`)
  const { organization } = body as unknown as { organization: { id: string } }
  return signedIn(url, email, organization.id)
}

/** A new member of the admin's organisation. */
export async function enrol(
  url: string,
  admin: Person,
  role: 'student' | 'staff' | 'admin',
): Promise<Person> {
  let email = ''
  const made = await patiently(() => {
    email = `${role}-${randomUUID()}@kitroom.example`
    const body = { email, password: PASSWORD, full_name: `The ${role}`, roles: [role] }
    return admin.send('POST', '/auth/register', { body })
  })
  if (made.status !== 201) throw new Error(`could not enrol a ${role}: ${JSON.stringify(made.body)}`)
  return signedIn(url, email, admin.orgId)
}
