let stop: () => Promise<void> = () => Promise.resolve()

/** Called by the telemetry preload, when there is one. */
export function onTelemetryStop(shutdown: () => Promise<void>): void {
  stop = shutdown
}

/** Sends what telemetry still holds; without telemetry it does nothing. */
export const stopTelemetry = (): Promise<void> => stop()
