import * as audit from './audit/http.ts'
import * as auth from './auth/http.ts'
import * as booking from './booking/http.ts'
import type { Endpoint } from './endpoint.ts'
import * as gateway from './gateway/http.ts'
import * as inventory from './inventory/http.ts'

const declared: Endpoint[] = [gateway, auth, inventory, booking, audit].flatMap((service) =>
  Object.values<Endpoint>(service),
)

/**
 * The whole REST contract, by path and method. As `{` comes after every letter, a fixed path (`/audit/verify`) stands
 * before the one that would swallow it (`/audit/{id}`).
 */
export const ENDPOINTS: readonly Endpoint[] = declared.toSorted((a, b) => order(key(a), key(b)))

function key(endpoint: Endpoint): string {
  return `${endpoint.path} ${endpoint.method}`
}

function order(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
