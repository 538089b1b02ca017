export { Failure, type FailureDetails, type FieldError, invalid, notFound } from './failure.ts'
export { type FailureCode, type FailureKind, FAILURES } from './failures.ts'
