// A preload: `node --import @kitroom/service/telemetry src/main.ts`. Configured by the OTEL_* variables alone, which the
// SDK reads by itself; without an endpoint nothing is even loaded.
import { onTelemetryStop } from './tracing/telemetry-stop.ts'

const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_SDK_DISABLED: disabled } = process.env

if (endpoint && disabled !== 'true') {
  // The SDK's ten seconds for each export, with an outage at the end, are longer than a process is given to stop.
  process.env['OTEL_EXPORTER_OTLP_TIMEOUT'] ??= '2000'
  const { startTelemetry } = await import('./tracing/start-telemetry.ts')
  onTelemetryStop(await startTelemetry())
}
