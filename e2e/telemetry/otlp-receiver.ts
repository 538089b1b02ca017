import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

type Value = { stringValue: string } | { intValue: number | string } | { doubleValue: number } | object
interface Attribute {
  key: string
  value: Value
}
interface Sent<Scope> {
  resource: { attributes: Attribute[] }
  scopes: Scope[]
}
interface OtlpSpan {
  traceId: string
  spanId: string
  parentSpanId?: string
  name: string
  kind: number
  attributes: Attribute[]
  links?: { traceId: string }[]
  status: { code?: number }
}
interface OtlpPoint {
  attributes: Attribute[]
  asInt?: number | string
  asDouble?: number
  count?: number | string
}
interface OtlpMetric {
  name: string
  unit: string
  gauge?: { dataPoints: OtlpPoint[] }
  sum?: { dataPoints: OtlpPoint[]; isMonotonic: boolean }
  histogram?: { dataPoints: OtlpPoint[] }
}

export type Attributes = Record<string, string | number>

/** A span as it arrived. */
export interface Span extends Omit<OtlpSpan, 'attributes' | 'kind'> {
  service: string
  kind: 'INTERNAL' | 'SERVER' | 'CLIENT' | 'PRODUCER' | 'CONSUMER'
  attributes: Attributes
}

/** A figure as it last arrived from one process. */
export interface Point {
  service: string
  metric: string
  unit: string
  type: 'gauge' | 'counter' | 'sum' | 'histogram'
  attributes: Attributes
  /** Of a histogram how many were measured. */
  value: number
}

const KINDS = ['INTERNAL', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'] as const

const plain = (attributes: Attribute[]): Attributes =>
  Object.fromEntries(
    attributes.map(({ key, value }) => [
      key,
      Object.values(value as Record<string, string | number>)[0] ?? '',
    ]),
  )

const serviceOf = ({ resource }: { resource: { attributes: Attribute[] } }): string =>
  String(plain(resource.attributes)['service.name'])

/** What OTLP exporters send, kept for a test to look at. */
export interface OtlpReceiver extends AsyncDisposable {
  url: string
  /** Every body as it came. */
  bodies: string[]
  spans: Span[]
  /** The last of each series. */
  points: () => Point[]
  /** What a service last said of a figure, of the series with these attributes. */
  figure: (service: string, metric: string, attributes?: Attributes) => number | undefined
}

/** Takes OTLP over HTTP as JSON on a port of its own. */
export async function otlpReceiver(): Promise<OtlpReceiver> {
  const bodies: string[] = []
  const spans: Span[] = []
  const series = new Map<string, Point>()

  const take = (body: string) => {
    const { resourceSpans = [], resourceMetrics = [] } = JSON.parse(body) as {
      resourceSpans?: (Omit<Sent<never>, 'scopes'> & { scopeSpans: { spans: OtlpSpan[] }[] })[]
      resourceMetrics?: (Omit<Sent<never>, 'scopes'> & { scopeMetrics: { metrics: OtlpMetric[] }[] })[]
    }
    for (const sent of resourceSpans)
      for (const span of sent.scopeSpans.flatMap((scope) => scope.spans))
        spans.push({
          ...span,
          service: serviceOf(sent),
          kind: KINDS[span.kind] ?? 'INTERNAL',
          attributes: plain(span.attributes),
        })
    for (const sent of resourceMetrics)
      for (const metric of sent.scopeMetrics.flatMap((scope) => scope.metrics))
        for (const point of pointsOf(metric, sent))
          series.set(JSON.stringify([point.service, point.metric, point.attributes]), point)
  }

  const server = createServer((request, response) => {
    void text(request).then((body) => {
      bodies.push(body)
      take(body)
      response.setHeader('content-type', 'application/json').end('{}')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bodies,
    spans,
    points: () => [...series.values()],
    figure: (service, metric, attributes = {}) =>
      [...series.values()].find(
        (point) =>
          point.service === `kitroom-${service}` &&
          point.metric === metric &&
          Object.entries(attributes).every(([name, value]) => point.attributes[name] === value),
      )?.value,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function pointsOf(
  { name, unit, gauge, sum, histogram }: OtlpMetric,
  sent: { resource: { attributes: Attribute[] } },
): Point[] {
  const type = gauge ? 'gauge' : histogram ? 'histogram' : sum?.isMonotonic ? 'counter' : 'sum'
  return (gauge ?? sum ?? histogram ?? { dataPoints: [] }).dataPoints.map((point) => ({
    service: serviceOf(sent),
    metric: name,
    unit,
    type,
    attributes: plain(point.attributes),
    value: Number(point.asInt ?? point.asDouble ?? point.count ?? 0),
  }))
}
