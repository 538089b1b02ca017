import type { IncomingHttpHeaders } from 'node:http'

import { type Access, type Endpoint, OrgId, type register } from '@kitroom/contracts'
import { Failure } from '@kitroom/errors'
import { occurrences } from '@kitroom/http'

const REGISTER = 'register' satisfies (typeof register)['name']

/**
 * Who may call an endpoint, for this request. `register` is two operations at one address: with the bootstrap token
 * it founds an organisation and needs nobody, without it an admin adds a member.
 */
export function accessFor(endpoint: Endpoint, headers: IncomingHttpHeaders): Access {
  if (endpoint.name !== REGISTER) return endpoint.access
  return headers['x-bootstrap-token'] === undefined ? 'admin' : 'public'
}

/**
 * Reads the access token. Node keeps the first of several `Authorization` headers, so all of them are looked at.
 * @throws Failure unauthenticated
 */
export function bearerToken(rawHeaders: readonly string[]): string {
  const values = occurrences(rawHeaders, 'authorization')
  const token = /^Bearer +([\w.~+/-]+=*)$/i.exec(values[0] ?? '')?.[1]
  if (token === undefined || values.length > 1) {
    throw new Failure('unauthenticated', 'Send one Authorization header: Bearer and an access token.')
  }
  return token
}

/** The organisation a request is about, in lower case; undefined unless `X-Org-Id` came once and is a UUID. */
export function orgIdOf(rawHeaders: readonly string[]): string | undefined {
  const values = occurrences(rawHeaders, 'x-org-id')
  return values.length === 1 ? OrgId.safeParse(values[0]).data : undefined
}
