import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

import type { Seal } from '../persistence/signing-keys.ts'

const NONCE_BYTES = 12
const TAG_BYTES = 16

/**
 * AES-256-GCM under one key of 32 bytes; the context is authenticated, so a sealed text cannot be moved elsewhere.
 * What was sealed under the previous key still opens, so that the key can be exchanged without a stop (SEC-5).
 */
export const sealUnder = (key: Buffer, previous?: Buffer): Seal => ({
  close(text, context) {
    const nonce = randomBytes(NONCE_BYTES)
    const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(context))
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
    return Buffer.concat([nonce, cipher.getAuthTag(), sealed])
  },
  open(sealed, context) {
    try {
      return openedWith(key, sealed, context)
    } catch (cause) {
      try {
        if (previous !== undefined) return openedWith(previous, sealed, context)
      } catch {
        // Neither: the first cause tells as much as the second.
      }
      throw new Error('A signing key does not open: KEY_ENCRYPTION_KEY is not the one it was sealed with.', {
        cause,
      })
    }
  },
})

function openedWith(key: Buffer, sealed: Buffer, context: string): string {
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  })
    .setAAD(Buffer.from(context))
    .setAuthTag(sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES))
  return decipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES), undefined, 'utf8') + decipher.final('utf8')
}
