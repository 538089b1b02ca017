import { createHmac } from 'node:crypto'

import { CompactSign } from 'jose'

import { publicPart, type SigningKey } from '../src/index.ts'

/** Encodes a part of a token; a text is taken as it is. */
export const encode = (part: unknown): string =>
  Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url')

/** A token with a correct EdDSA signature over any header and payload. */
export const signed = (key: SigningKey, header: object, payload: object | string): Promise<string> =>
  new CompactSign(Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload)))
    .setProtectedHeader({ alg: 'EdDSA', ...header })
    .sign({ ...key }, { crit: { urgent: true, b64: true } })

/** The classic: HMAC with the bytes of the public key, which everybody knows. */
export function signedWithPublicKey(header: object, payload: object, secret: Buffer | string): string {
  const input = `${encode({ alg: 'HS256', ...header })}.${encode(payload)}`
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`
}

export const publicKeyBytes = (key: SigningKey): Buffer => Buffer.from(publicPart(key).x, 'base64url')

/** The same token with another last character of the signature that decodes to the same bytes. */
export function respelled(token: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  const last = alphabet.indexOf(token.slice(-1))
  return token.slice(0, -1) + alphabet.charAt(last ^ 1)
}
