import { z } from 'zod'

import { Role } from '../caller.ts'
import { Email, OfferedPassword } from '../primitives/credentials.ts'
import { Id } from '../primitives/id.ts'

/** A person across organisations, as they see themselves. */
export const Account = z
  .object({
    id: Id,
    email: z.string(),
    full_name: z.string(),
    organizations: z.array(
      z.object({ id: Id, name: z.string(), timezone: z.string(), roles: z.array(Role) }),
    ),
  })
  .meta({ id: 'Account' })
export type Account = z.infer<typeof Account>

export const SignedIn = z
  .object({
    access_token: z.string(),
    token_type: z.literal('Bearer'),
    expires_in: z.int().describe('Seconds the access token is good for.'),
    refresh_token: z.string(),
    user: Account,
  })
  .meta({ id: 'SignedIn' })
export type SignedIn = z.infer<typeof SignedIn>

export const SignIn = z.strictObject({ email: Email, password: OfferedPassword })
export type SignIn = z.infer<typeof SignIn>

export const Refresh = z.strictObject({
  refresh_token: z.string().min(1, 'Send the refresh token.').max(512, 'This is no refresh token.'),
})
export type Refresh = z.infer<typeof Refresh>

/** The public keys that check access tokens (RFC 7517). */
export const KeySet = z
  .object({
    keys: z.array(
      z.object({
        kty: z.literal('OKP'),
        crv: z.literal('Ed25519'),
        x: z.string(),
        kid: z.string(),
        alg: z.string(),
        use: z.literal('sig'),
      }),
    ),
  })
  .meta({ id: 'KeySet' })
export type KeySet = z.infer<typeof KeySet>
