import { generateKeyPair, SignJWT } from 'jose'

import { generateSigningKey, publicPart, type SigningKey } from '../src/index.ts'
import { encode, publicKeyBytes, respelled, signed, signedWithPublicKey } from './forging.ts'

/** What a good token of ours says. */
export type Claims = {
  sid: string
  iss: string
  aud: string
  sub: string
  jti: string
  iat: number
  exp: number
}

/** Tokens that somebody without the key made, or that its holder would never make, by what is wrong with each (AUT-1). */
export async function forgedTokens(key: SigningKey, claims: Claims): Promise<Record<string, string>> {
  const { iat, aud: audience } = claims
  const header = { typ: 'at+jwt', kid: key.kid }
  const strangers = await generateSigningKey(key.kid)
  const rsa = await generateKeyPair('RS256')
  const elliptic = await generateKeyPair('ES256')
  const without = (claim: keyof Claims) =>
    Object.fromEntries(Object.entries(claims).filter(([name]) => name !== claim))
  const unsigned = (alg: string, signature = '') =>
    `${encode({ alg, ...header })}.${encode(claims)}.${signature}`
  const good = await signed(key, header, claims)
  const [goodHeader = '', goodPayload = '', goodSignature = ''] = good.split('.')
  const pem = `-----BEGIN PUBLIC KEY-----\n${publicPart(key).x}\n-----END PUBLIC KEY-----\n`

  const made: Record<string, string | Promise<string>> = {
    'nothing at all': '',
    'an opaque string like a refresh token': encode('kr_0123456789abcdef0123456789abcdef'),
    'two parts': `${goodHeader}.${goodPayload}`,
    'five parts, as if encrypted': `${good}.${goodPayload}.${goodSignature}`,
    'spaces around it': ` ${good} `,
    'alg none': unsigned('none'),
    'alg None with a signature': unsigned('None', goodSignature),
    'alg nOnE': unsigned('nOnE'),
    'alg NONE': unsigned('NONE', encode('x')),
    'an empty alg': unsigned('', goodSignature),
    'no alg': `${encode(header)}.${goodPayload}.${goodSignature}`,
    'HS256 with the bytes of the public key': signedWithPublicKey(header, claims, publicKeyBytes(key)),
    'HS256 with the text of the public key': signedWithPublicKey(header, claims, publicPart(key).x),
    'HS256 with the JWK as text': signedWithPublicKey(header, claims, JSON.stringify(publicPart(key))),
    'HS256 with the PEM': signedWithPublicKey(header, claims, pem),
    'RS256 with a key of its own': new SignJWT(claims)
      .setProtectedHeader({ alg: 'RS256', ...header })
      .sign(rsa.privateKey),
    'ES256 with a key of its own': new SignJWT(claims)
      .setProtectedHeader({ alg: 'ES256', ...header })
      .sign(elliptic.privateKey),
    "a stranger's key under our kid": signed(strangers, header, claims),
    'an unknown kid': signed(strangers, { ...header, kid: 'unknown' }, claims),
    'no kid': signed(key, { typ: 'at+jwt' }, claims),
    'a kid that is a number': signed(key, { typ: 'at+jwt', kid: 7 }, claims),
    'a kid that is a path': signed(strangers, { ...header, kid: '../../dev/null' }, claims),
    'no typ': signed(key, { kid: key.kid }, claims),
    'typ JWT': signed(key, { ...header, typ: 'JWT' }, claims),
    'typ statement+jwt': signed(key, { ...header, typ: 'statement+jwt' }, claims),
    'a critical extension': signed(key, { ...header, crit: ['urgent'], urgent: true }, claims),
    'an unencoded payload (b64 false)': `${encode({ alg: 'EdDSA', ...header, crit: ['b64'], b64: false })}.${goodPayload}.${goodSignature}`,
    'jku to keys elsewhere': signed(strangers, { ...header, jku: 'https://evil.example/jwks' }, claims),
    'x5u to a certificate elsewhere': signed(
      strangers,
      { ...header, x5u: 'https://evil.example/cert' },
      claims,
    ),
    'an embedded jwk': signed(strangers, { ...header, jwk: publicPart(strangers) }, claims),
    'an embedded certificate': signed(strangers, { ...header, x5c: ['MIIB'] }, claims),
    'jku although our key signed it': signed(key, { ...header, jku: 'https://evil.example/jwks' }, claims),
    'another issuer': signed(key, header, { ...claims, iss: 'https://evil.example' }),
    'another audience': signed(key, header, { ...claims, aud: 'booking' }),
    'our audience among others': signed(key, header, { ...claims, aud: [audience, 'booking'] }),
    'an expired token': signed(key, header, { ...claims, iat: iat - 611, exp: iat - 11 }),
    'a token from the future': signed(key, header, { ...claims, iat: iat + 60, exp: iat + 360 }),
    'a token not valid yet': signed(key, header, { ...claims, nbf: iat + 60 }),
    'a life of a year': signed(key, header, { ...claims, exp: iat + 31_536_000 }),
    'an end before its beginning': signed(key, header, { ...claims, exp: iat - 5 }),
    'exp as text': signed(key, header, { ...claims, exp: String(iat + 600) }),
    'sub as a number': signed(key, header, { ...claims, sub: 1 }),
    'an empty sub': signed(key, header, { ...claims, sub: '' }),
    'sid as an object': signed(key, header, { ...claims, sid: { id: 'session-1' } }),
    'a claim of 8 kB': signed(key, header, { ...claims, padding: 'x'.repeat(8_192) }),
    'a sub of 3 kB': signed(key, header, { ...claims, sub: 'x'.repeat(2_000) }),
    'a claim twice': signed(key, header, JSON.stringify(claims).replace('{', '{"sub":"admin",')),
    'a payload with spaces': signed(key, header, JSON.stringify(claims, null, 1)),
    'a payload that is a list': signed(key, header, '[]'),
    'a payload that is no JSON': signed(key, header, 'sub=user-1'),
    'a changed payload': `${goodHeader}.${encode({ ...claims, sub: 'admin' })}.${goodSignature}`,
    'a header with a member twice': `${encode(`{"alg":"none",${JSON.stringify({ alg: 'EdDSA', ...header }).slice(1)}`)}.${goodPayload}.${goodSignature}`,
    'a space in the header': `${goodHeader.slice(0, 9)} ${goodHeader.slice(9)}.${goodPayload}.${goodSignature}`,
    'a line break in the payload': `${goodHeader}.${goodPayload.slice(0, 9)}\n${goodPayload.slice(9)}.${goodSignature}`,
    'a space in the signature': `${goodHeader}.${goodPayload}.${goodSignature.slice(0, 9)} ${goodSignature.slice(9)}`,
    'a padded payload': `${goodHeader}.${goodPayload}=.${goodSignature}`,
    'a padded signature': `${good}==`,
    'no signature': `${goodHeader}.${goodPayload}.`,
    'a signature of zeros': `${goodHeader}.${goodPayload}.${Buffer.alloc(64).toString('base64url')}`,
    'another spelling of the same signature': respelled(good),
    'standard base64': good.replace(
      goodSignature,
      Buffer.from(goodSignature, 'base64url').toString('base64'),
    ),
    ...Object.fromEntries(
      (['iss', 'aud', 'exp', 'iat', 'sub', 'jti', 'sid'] as const).map((claim) => [
        `no ${claim}`,
        signed(key, header, without(claim)),
      ]),
    ),
  }
  const tokens = Object.entries(made).map(async ([name, token]) => [name, await token] as const)
  return Object.fromEntries(await Promise.all(tokens))
}
