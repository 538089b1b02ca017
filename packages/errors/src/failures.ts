/** What sort of refusal a failure is. Edges have one exhaustive table from kind to their own status. */
export type FailureKind =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found'
  | 'method_not_allowed'
  | 'conflict'
  | 'version_mismatch'
  | 'too_large'
  | 'unsupported_media_type'
  | 'key_reused'
  | 'version_required'
  | 'limited'
  | 'unavailable'

export interface FailureEntry {
  kind: FailureKind
  title: string
  /** For the problem page: what happened and what would be allowed. */
  help: string
}

/** Every refusal of the system. The code is what clients branch on; it never changes its meaning. */
export const FAILURES = {
  'malformed-json': {
    kind: 'invalid',
    title: 'The body is not valid JSON',
    help: 'The body could not be read as one JSON value in UTF-8. Check quoting, commas, encoding and that there is exactly one document.',
  },
  'validation-failed': {
    kind: 'invalid',
    title: 'The request breaks its schema',
    help: 'Each entry of `errors` names one place (`pointer` in the body, `parameter` in the query or path, `header`) and what is wrong with it. The OpenAPI document at `/openapi.json` has the schemas.',
  },
  'org-header-invalid': {
    kind: 'invalid',
    title: 'X-Org-Id is missing or not a UUID',
    help: 'Send the id of one organisation in `X-Org-Id`. `GET /auth/me` lists the organisations you belong to.',
  },
  'idempotency-key-missing': {
    kind: 'invalid',
    title: 'An Idempotency-Key is required here',
    help: 'Send `Idempotency-Key` with 1 to 255 visible ASCII characters, a new one for each thing you want done and the same one when you repeat a request whose answer was lost.',
  },
  unauthenticated: {
    kind: 'unauthenticated',
    title: 'A valid access token is required',
    help: 'Send `Authorization: Bearer <access token>`. Tokens last ten minutes; get a new one from `POST /auth/refresh`, or sign in with `POST /auth/login`.',
  },
  'invalid-credentials': {
    kind: 'unauthenticated',
    title: 'E-mail or password is wrong',
    help: 'The e-mail and password do not belong together, or the account cannot sign in. Which of these it is, is not told.',
  },
  'not-a-member': {
    kind: 'forbidden',
    title: 'You have no role in this organisation',
    help: 'The organisation named in `X-Org-Id` does not exist, or you hold no role in it. An administrator of the organisation can give you one.',
  },
  forbidden: {
    kind: 'forbidden',
    title: 'Your role does not allow this',
    help: 'The detail says which role or relation would be needed.',
  },
  'borrower-blocked': {
    kind: 'forbidden',
    title: 'This borrower may not borrow at present',
    help: '`reasons` lists what stands against it and what ends each: a suspension ends on its date, a debt when the fines are paid or waived.',
  },
  'not-found': {
    kind: 'not_found',
    title: 'There is nothing here',
    help: 'The path is unknown, or the object does not exist in this organisation, or it was deleted.',
  },
  'method-not-allowed': {
    kind: 'method_not_allowed',
    title: 'This path does not know that method',
    help: 'The `Allow` header lists the methods the path knows.',
  },
  'unit-unavailable': {
    kind: 'conflict',
    title: 'Not enough units are free for that time',
    help: '`conflicts` lists the units and times that are in the way. Another time, another unit or a smaller quantity may be free: ask `GET /resources/{id}/availability`.',
  },
  'policy-violated': {
    kind: 'conflict',
    title: 'The organisation’s rules do not allow this',
    help: '`rule` names the rule, `limit` what it allows and `actual` what was asked for; `GET /organizations/current` shows the whole policy.',
  },
  'resource-available': {
    kind: 'conflict',
    title: 'It can be booked right now',
    help: 'The waitlist is for what is not free. Send the same body to `POST /bookings`.',
  },
  'invalid-transition': {
    kind: 'conflict',
    title: 'The present status does not allow this',
    help: 'The detail names the present status and the statuses from which the action is possible.',
  },
  'already-exists': {
    kind: 'conflict',
    title: 'That already exists',
    help: 'Something with the same unique name, barcode or e-mail already exists.',
  },
  'offer-expired': {
    kind: 'conflict',
    title: 'The offer has expired',
    help: 'An offer holds its units only until `offer_expires_at`. Join the waitlist again.',
  },
  'idempotency-in-flight': {
    kind: 'conflict',
    title: 'The first request with this key is still running',
    help: 'Repeat the request after the number of seconds in `Retry-After`; you will get the answer of the first one.',
  },
  'resource-withdrawn': {
    kind: 'conflict',
    title: 'The resource or unit can no longer be lent',
    help: 'It was deleted, retired, lost or sent to maintenance. Choose another unit or resource.',
  },
  'version-mismatch': {
    kind: 'version_mismatch',
    title: 'The object has changed since you read it',
    help: 'Read it again, look at what changed, and send the request with the new `ETag` in `If-Match`.',
  },
  'if-match-required': {
    kind: 'version_required',
    title: 'If-Match is required here',
    help: 'Send the `ETag` you got with the object in `If-Match`, so that nobody else’s change is overwritten.',
  },
  'body-too-large': {
    kind: 'too_large',
    title: 'The body is too large',
    help: 'Bodies may have 1 MiB, imports 10 MiB.',
  },
  'unsupported-media-type': {
    kind: 'unsupported_media_type',
    title: 'That media type is not understood here',
    help: 'Send `Content-Type: application/json` in UTF-8, or `text/csv` to an import. Compressed bodies are not accepted.',
  },
  'idempotency-key-reused': {
    kind: 'key_reused',
    title: 'The key was used for another request',
    help: 'An `Idempotency-Key` belongs to one request. Take a new key for a new request.',
  },
  'rate-limited': {
    kind: 'limited',
    title: 'Too many requests',
    help: 'Wait for the number of seconds in `Retry-After`.',
  },
  'dependency-unavailable': {
    kind: 'unavailable',
    title: 'A part of the system cannot answer now',
    help: 'The detail says whether anything can have been changed. Repeat the request after the number of seconds in `Retry-After`, with the same `Idempotency-Key` if you sent one: then it happens once, whatever became of the first.',
  },
} as const satisfies Record<string, FailureEntry>

export type FailureCode = keyof typeof FAILURES
