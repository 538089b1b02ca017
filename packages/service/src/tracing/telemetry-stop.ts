/** A process that ends does not wait longer for a collector that is away. */
const PATIENCE_MS = 1_000

let stop: () => Promise<void> = () => Promise.resolve()

/** Called by the telemetry preload, when there is one. */
export function onTelemetryStop(shutdown: () => Promise<void>): void {
  stop = shutdown
}

/** Sends what telemetry still holds, if that can be had soon; without telemetry it does nothing. */
export async function stopTelemetry(): Promise<void> {
  const enough = Promise.withResolvers<void>()
  const timer = setTimeout(enough.resolve, PATIENCE_MS)
  await Promise.race([stop().catch(() => undefined), enough.promise])
  clearTimeout(timer)
}
