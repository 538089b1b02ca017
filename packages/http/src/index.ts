export { type Admission } from './admission.ts'
export { MAX_CSV_BYTES, MAX_JSON_BYTES } from './body.ts'
export { requireRole } from './handle.ts'
export { occurrences } from './headers.ts'
export { openApi } from './open-api.ts'
export { failureOf, internalProblem, problemOf } from './problem.ts'
export { accepted, created, noContent, ok, type Reply } from './reply.ts'
export { type HandlerRequest, on, type Route, type Visitor } from './route.ts'
export {
  answerErrors,
  closeGently,
  type HttpServer,
  httpServer,
  identify,
  listening,
  type Logger,
  plainApp,
  STATEMENT_HEADER,
} from './server.ts'
export { STATUS_OF } from './status.ts'
export { validated } from './validate.ts'
