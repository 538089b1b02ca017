import { GrpcInstrumentation } from '@opentelemetry/instrumentation-grpc'
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http'
import { PgInstrumentation } from '@opentelemetry/instrumentation-pg'
import { PinoInstrumentation } from '@opentelemetry/instrumentation-pino'
import { RuntimeNodeInstrumentation } from '@opentelemetry/instrumentation-runtime-node'
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici'
import { NodeSDK } from '@opentelemetry/sdk-node'
import { register } from 'import-in-the-middle/register-hooks.mjs'

import { describeSql } from './describe-sql.ts'
import { tellingNothingPersonal } from './span-contents.ts'
import { exportedSpans } from './span-export.ts'

// As in the other files here: whatever OTEL_* says is the SDK's to read, and ours where it leaves that to us.
const { env } = process

/** Without these hooks grpc-js and others, imported as ES modules, would silently not be traced. */
const HOOKED = ['pg', '@grpc/grpc-js', 'pino', 'http', 'https', 'node:http', 'node:https']

/** What the SDK would do by itself, and we do not want. */
const DEFAULTS = {
  // Lines on stdout are the log; whoever runs Kitroom collects those.
  OTEL_LOGS_EXPORTER: 'none',
  // Trace context and no baggage, which is for strangers to fill.
  OTEL_PROPAGATORS: 'tracecontext',
  // Which replica, and on which host; a process's arguments are nobody's business.
  OTEL_NODE_RESOURCE_DETECTORS: 'serviceinstance,host,env',
}

const isProbe = (path: string | undefined) => path?.startsWith('/health') ?? false

/**
 * Starts tracing and measuring. Must run before any of the hooked modules is imported.
 * @returns what sends the rest and stops it
 */
export async function startTelemetry(): Promise<() => Promise<void>> {
  for (const [name, value] of Object.entries(DEFAULTS)) env[name] ??= value
  register({ include: HOOKED })
  const sdk = new NodeSDK({
    spanProcessors: [tellingNothingPersonal(), ...(await exportedSpans())],
    instrumentations: [
      new HttpInstrumentation({
        ignoreIncomingRequestHook: ({ url }) => isProbe(url),
      }),
      // What the gateway forwards, and `fetch`.
      new UndiciInstrumentation({
        requireParentforSpans: true,
        ignoreRequestHook: ({ path }) => isProbe(path),
      }),
      new GrpcInstrumentation(),
      new PgInstrumentation({
        requireParentSpan: true,
        requestHook(span, { query }) {
          const described = describeSql(query.text)
          span.setAttributes(described)
          span.updateName(described['db.query.summary'])
        },
      }),
      new PinoInstrumentation({ disableLogSending: true }),
      new RuntimeNodeInstrumentation(),
    ],
  })
  sdk.start()
  return () => sdk.shutdown()
}
