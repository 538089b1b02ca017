import type { Call } from '@kitroom/contracts'
import { requireRole } from '@kitroom/http'

/**
 * Whether deleted things were asked for, which staff may.
 * @throws Failure forbidden
 */
export function maySeeDeleted(call: Call, query: { include_deleted?: boolean | undefined }): boolean {
  if (query.include_deleted !== true) return false
  requireRole(call.caller.roles, 'staff')
  return true
}
