import {
  type Attributes,
  type BatchObservableCallback,
  type Counter,
  type Histogram,
  type Meter,
  type MetricOptions,
  metrics,
} from '@opentelemetry/api'

/** Asked for at each use: the preload loads this before it has started telemetry. Off, it does nothing at no cost. */
const meter = (): Meter => metrics.getMeter('kitroom')

/** Counts something. */
export const counter = (name: string, options: MetricOptions): Counter => meter().createCounter(name, options)

/** From a fast statement to a request that took all the time it was given. */
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** Says how long something takes, in seconds. */
export const duration = (name: string, description: string): Histogram =>
  meter().createHistogram(name, {
    unit: 's',
    description,
    advice: { explicitBucketBoundaries: SECONDS },
  })

export interface Figure<Name extends string> {
  name: Name
  value: number
  attributes?: Attributes
}

/**
 * Figures that are read when they are exported, and never otherwise: what `read` asks for is asked once in each
 * `OTEL_METRIC_EXPORT_INTERVAL`. A reading that fails leaves a gap.
 */
export function observed<Name extends string>(
  gauges: Record<Name, MetricOptions>,
  read: () => readonly Figure<Name>[] | Promise<readonly Figure<Name>[]>,
): Disposable {
  const names = Object.keys(gauges) as Name[]
  const instruments = new Map(names.map((name) => [name, meter().createObservableGauge(name, gauges[name])]))
  const callback: BatchObservableCallback = async (result) => {
    for (const { name, value, attributes } of await read()) {
      const instrument = instruments.get(name)
      if (instrument !== undefined) result.observe(instrument, value, attributes)
    }
  }
  meter().addBatchObservableCallback(callback, [...instruments.values()])
  return {
    [Symbol.dispose]: () => meter().removeBatchObservableCallback(callback, [...instruments.values()]),
  }
}
