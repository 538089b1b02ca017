import { Failure } from '@kitroom/errors'
import { errors, type JWTPayload, jwtVerify, type JWTVerifyGetKey } from 'jose'

import { ALGORITHM } from './keys.ts'

export interface Expectation {
  typ: 'at+jwt' | 'statement+jwt'
  keys: JWTVerifyGetKey
  audience: string
  issuers: readonly string[]
  leewaySeconds: number
  maxAgeSeconds: number
  /** Claims a token must have besides iss, aud, iat and exp. */
  requiredClaims: readonly string[]
  now: Date
}

export interface VerifiedJwt {
  kid: string
  payload: JWTPayload & { iss: string; iat: number; exp: number }
}

/** Our longest is under 1 KiB; nothing longer is worth a signature check. */
const MAX_LENGTH = 4096

/**
 * Verifies a JWT of ours, and nothing but one of ours: header of exactly alg, typ and kid, canonical base64url and
 * JSON (so neither duplicate members nor a second spelling of the same token), one audience, every claim present.
 * @throws Failure unauthenticated
 */
export async function verifyJwt(token: string, expected: Expectation): Promise<VerifiedJwt> {
  const kid = strictKid(token)
  try {
    const { payload } = await jwtVerify(token, expected.keys, {
      algorithms: [ALGORITHM],
      typ: expected.typ,
      audience: expected.audience,
      issuer: [...expected.issuers],
      requiredClaims: ['iss', 'aud', 'iat', 'exp', ...expected.requiredClaims],
      clockTolerance: expected.leewaySeconds,
      maxTokenAge: expected.maxAgeSeconds,
      currentDate: expected.now,
    })
    const { iss, aud, iat, exp } = payload
    if (iss === undefined || iat === undefined || exp === undefined || aud !== expected.audience)
      throw refused()
    if (exp <= iat || exp - iat > expected.maxAgeSeconds) throw refused()
    return { kid, payload: { ...payload, iss, iat, exp } }
  } catch (error) {
    if (error instanceof Failure) throw error
    if (error instanceof errors.JOSEError) throw refused(error)
    throw error
  }
}

/** The one answer to everything that is wrong with a token: which of it is the log's business. */
export const refused = (cause?: unknown): Failure =>
  new Failure('unauthenticated', 'The token is missing, malformed, expired or not meant for this service.', {
    cause,
  })

function strictKid(token: string): string {
  if (token.length > MAX_LENGTH || !/^[\w-]+\.[\w-]+\.[\w-]+$/.test(token)) throw refused()
  const parts = token.split('.').map((part) => Buffer.from(part, 'base64url'))
  if (parts.map((part) => part.toString('base64url')).join('.') !== token) throw refused()
  const [header, payload] = parts.slice(0, 2).map((part) => canonicalJson(part.toString('utf8')))
  if (header === undefined || payload === undefined) throw refused()
  const kid = 'kid' in header ? header.kid : undefined
  const members = Object.keys(header).sort().join()
  if (members !== 'alg,kid,typ' || typeof kid !== 'string') throw refused()
  return kid
}

/** The object, if the text is exactly what JSON.stringify makes of it. */
function canonicalJson(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && JSON.stringify(value) === text ? value : undefined
  } catch {
    return undefined
  }
}
