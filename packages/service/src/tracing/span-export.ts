import {
  BatchSpanProcessor,
  ConsoleSpanExporter,
  type SpanExporter,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace'

const { env } = process

/** Only the module of the protocol that is spoken is loaded. */
async function otlpExporter(): Promise<SpanExporter> {
  const protocol = env['OTEL_EXPORTER_OTLP_TRACES_PROTOCOL'] ?? env['OTEL_EXPORTER_OTLP_PROTOCOL']
  switch (protocol?.trim()) {
    case 'grpc':
      return new (await import('@opentelemetry/exporter-trace-otlp-grpc')).OTLPTraceExporter()
    case 'http/json':
      return new (await import('@opentelemetry/exporter-trace-otlp-http')).OTLPTraceExporter()
    default:
      return new (await import('@opentelemetry/exporter-trace-otlp-proto')).OTLPTraceExporter()
  }
}

async function exporter(): Promise<SpanExporter | undefined> {
  switch (env['OTEL_TRACES_EXPORTER']?.trim()) {
    case 'none':
      return undefined
    case 'console':
      return new ConsoleSpanExporter()
    default:
      return otlpExporter()
  }
}

const numberIn = (name: string) => {
  const value = Number(env[name])
  return value > 0 ? value : undefined
}

function batching() {
  const options = {
    maxQueueSize: numberIn('OTEL_BSP_MAX_QUEUE_SIZE'),
    maxExportBatchSize: numberIn('OTEL_BSP_MAX_EXPORT_BATCH_SIZE'),
    scheduledDelayMillis: numberIn('OTEL_BSP_SCHEDULE_DELAY'),
    exportTimeoutMillis: numberIn('OTEL_BSP_EXPORT_TIMEOUT'),
  }
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
}

/** Where spans go, by the variables the SDK would read if we added no processor of our own. */
export async function exportedSpans(): Promise<SpanProcessor[]> {
  const to = await exporter()
  return to === undefined ? [] : [new BatchSpanProcessor({ exporter: to, ...batching() })]
}
