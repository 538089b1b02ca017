import { type FailureCode, type FailureKind, FAILURES } from './failures.ts'

/** One offending place of an input: exactly one of `pointer` (JSON pointer), `parameter`, `header` or `line` says where. */
export interface FieldError {
  pointer?: string
  parameter?: string
  header?: string
  line?: number
  detail: string
}

export interface FailureDetails {
  errors?: FieldError[]
  /** Members added to the problem document, such as `conflicts`. Never anything of another organisation. */
  facts?: Record<string, unknown>
  retryAfterSeconds?: number
  cause?: unknown
}

/**
 * An outcome a caller must expect. The code fixes the kind; each edge translates the kind once.
 * Everything that is not a Failure is a bug and is answered without detail.
 */
export class Failure extends Error {
  readonly code: FailureCode
  readonly kind: FailureKind
  readonly errors: FieldError[] | undefined
  readonly facts: Record<string, unknown> | undefined
  readonly retryAfterSeconds: number | undefined

  /** @param detail one sentence for a person: which rule refused, and what would be allowed */
  constructor(code: FailureCode, detail: string, details: FailureDetails = {}) {
    super(detail, details.cause === undefined ? undefined : { cause: details.cause })
    this.name = 'Failure'
    this.code = code
    this.kind = FAILURES[code].kind
    this.errors = details.errors
    this.facts = details.facts
    this.retryAfterSeconds = details.retryAfterSeconds
  }
}

/** The failure for something that is absent, deleted or another organisation's: the three are told apart nowhere. */
export function notFound(what: string): Failure {
  return new Failure('not-found', `There is no such ${what} in this organisation.`)
}

/** The failure for input that breaks its schema, one entry per offending place. */
export function invalid(errors: FieldError[], detail = 'The request does not fit its schema.'): Failure {
  return new Failure('validation-failed', detail, { errors })
}
