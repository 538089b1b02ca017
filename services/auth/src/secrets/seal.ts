import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

import type { Seal } from '../persistence/signing-keys.ts'

const NONCE_BYTES = 12
const TAG_BYTES = 16

/** AES-256-GCM under one key of 32 bytes; the context is authenticated, so a sealed text cannot be moved elsewhere. */
export const sealUnder = (key: Buffer): Seal => ({
  close(text, context) {
    const nonce = randomBytes(NONCE_BYTES)
    const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(context))
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
    return Buffer.concat([nonce, cipher.getAuthTag(), sealed])
  },
  open(sealed, context) {
    const nonce = sealed.subarray(0, NONCE_BYTES)
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES })
      .setAAD(Buffer.from(context))
      .setAuthTag(sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES))
    try {
      return (
        decipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES), undefined, 'utf8') + decipher.final('utf8')
      )
    } catch (cause) {
      throw new Error('A signing key does not open: KEY_ENCRYPTION_KEY is not the one it was sealed with.', {
        cause,
      })
    }
  },
})
