import { exportJWK, generateKeyPair } from 'jose'

/** An Ed25519 public key as a JWK (RFC 8037). Here it always has a `kid`. */
export interface PublicJwk {
  kty: 'OKP'
  crv: 'Ed25519'
  x: string
  kid: string
  use?: 'sig'
  alg?: typeof ALGORITHM
}

/** The private half: what a service or the issuer of tokens signs with. */
export interface SigningKey extends PublicJwk {
  d: string
}

export interface PublicJwks {
  readonly keys: readonly PublicJwk[]
}

/** EdDSA, and with our keys that is Ed25519. Fixed in code, never taken from a token (AUT-1). */
export const ALGORITHM = 'EdDSA'

/** Makes a new key from the system's randomness. */
export async function generateSigningKey(kid: string): Promise<SigningKey> {
  const { privateKey } = await generateKeyPair(ALGORITHM, { extractable: true })
  const { x, d } = await exportJWK(privateKey)
  if (x === undefined || d === undefined) throw new Error('jose made an Ed25519 key without x or d')
  return { kty: 'OKP', crv: 'Ed25519', x, d, kid }
}

/** What may be published of a key. */
export const publicPart = ({ kty, crv, x, kid }: SigningKey): PublicJwk => ({
  kty,
  crv,
  x,
  kid,
  use: 'sig',
  alg: ALGORITHM,
})
