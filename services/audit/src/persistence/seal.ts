import { createHash } from 'node:crypto'

import canonicalize from 'canonicalize'

import type { Seal } from '../domain/chain.ts'

/**
 * SHA-256 over the predecessor's hash and the facts as canonical JSON (RFC 8785): JSON has many spellings of one
 * value, and the order of keys in `jsonb` is PostgreSQL's.
 */
export const seal: Seal = (prevHash, facts) => {
  const canonical = canonicalize(facts)
  if (canonical === undefined) throw new Error('There is nothing to seal.')
  const hash = createHash('sha256').update(prevHash, 'hex').update(canonical).digest('hex')
  return { canonical, hash }
}
