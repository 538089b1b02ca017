import type { FailureKind } from '@kitroom/errors'

/** The one table from kinds of failure to HTTP statuses. */
export const STATUS_OF = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  conflict: 409,
  version_mismatch: 412,
  too_large: 413,
  unsupported_media_type: 415,
  key_reused: 422,
  version_required: 428,
  limited: 429,
  unavailable: 503,
} as const satisfies Record<FailureKind, number>
