import type { Span } from './otlp-receiver.ts'

/** Spans of one trace by what they were called for. */
export interface Tree {
  span: Span
  below: Tree[]
}

/** Puts the spans of one trace below each other; more than one at the top means that a link of the chain is missing. */
export function treesOf(spans: readonly Span[]): Tree[] {
  const ids = new Set(spans.map(({ spanId }) => spanId))
  const under = (parent: string | undefined): Tree[] =>
    spans
      .filter(({ parentSpanId }) =>
        parent === undefined ? !ids.has(parentSpanId ?? '') : parentSpanId === parent,
      )
      .map((span) => ({ span, below: under(span.spanId) }))
  return under(undefined)
}

const SHORT = (service: string) => service.replace('kitroom-', '')

/** `gateway SERVER POST /bookings`, and what is below, without repetitions: what a person would look for first. */
export function outline({ span, below }: Tree): { [line: string]: ReturnType<typeof outline> } {
  const line = `${SHORT(span.service)} ${span.kind} ${span.name}`
  return { [line]: Object.assign({}, ...below.map(outline)) as ReturnType<typeof outline> }
}
