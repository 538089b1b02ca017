import { ExpressInstrumentation } from '@opentelemetry/instrumentation-express'
import { GrpcInstrumentation } from '@opentelemetry/instrumentation-grpc'
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http'
import { PgInstrumentation } from '@opentelemetry/instrumentation-pg'
import { PinoInstrumentation } from '@opentelemetry/instrumentation-pino'
import { NodeSDK } from '@opentelemetry/sdk-node'
import { register } from 'import-in-the-middle/register-hooks.mjs'

import { maskSql } from './mask-sql.ts'

/** Without these hooks Express and grpc-js, imported as ES modules, would silently not be traced. */
const HOOKED = ['express', 'pg', '@grpc/grpc-js', 'pino', 'http', 'https', 'node:http', 'node:https']

/**
 * Starts tracing. Must run before any of the hooked modules is imported.
 * @returns what sends the rest and stops it
 */
export function startTelemetry(): () => Promise<void> {
  register({ include: HOOKED })
  const sdk = new NodeSDK({
    instrumentations: [
      new HttpInstrumentation({
        ignoreIncomingRequestHook: ({ url }) => url?.startsWith('/health') ?? false,
      }),
      new ExpressInstrumentation(),
      new GrpcInstrumentation(),
      new PgInstrumentation({
        requireParentSpan: true,
        requestHook: (span, { query }) => span.setAttribute('db.query.text', maskSql(query.text)),
      }),
      new PinoInstrumentation(),
    ],
  })
  sdk.start()
  return () => sdk.shutdown()
}
