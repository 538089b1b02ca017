import type { Point } from './otlp-receiver.ts'

const UNITS: Readonly<Record<string, string>> = { s: '_seconds', By: '_bytes' }

/** What the collector's Prometheus exporter calls a figure: every name one can ask for. */
function prometheusNames({ metric, unit, type }: Point): string[] {
  const name = `${metric.replaceAll('.', '_')}${UNITS[unit] ?? (unit === '1' && type === 'gauge' ? '_ratio' : '')}`
  if (type === 'histogram') return ['_bucket', '_count', '_sum'].map((end) => name + end)
  return [type === 'counter' ? `${name}_total` : name]
}

/** The labels a figure has there besides `job` and `instance`. */
const labelsOf = ({ attributes }: Point): string[] =>
  Object.keys(attributes).map((key) => key.replaceAll('.', '_'))

/** Every name one can ask for, with its labels. */
export function exportedLabels(points: readonly Point[]): Map<string, Set<string>> {
  const exported = new Map<string, Set<string>>()
  for (const point of points)
    for (const name of prometheusNames(point)) {
      const always = ['job', 'instance', ...(name.endsWith('_bucket') ? ['le'] : [])]
      exported.set(name, new Set([...(exported.get(name) ?? always), ...labelsOf(point)]))
    }
  return exported
}

const WORDS = new Set(['by', 'without', 'on', 'ignoring', 'and', 'or', 'unless', 'offset', 'bool', 'inf'])

/** The metrics an expression of PromQL asks for, and the labels it selects or groups by. */
export function askedFor(expression: string): { metrics: string[]; labels: string[] } {
  const withoutTexts = expression.replaceAll(/"[^"]*"/g, '""').replaceAll(/\[[^\]]*\]/g, '')
  const selected = [...withoutTexts.matchAll(/\{([^}]*)\}/g)].flatMap(([, inside = '']) =>
    [...inside.matchAll(/(\w+)\s*[=!]/g)].map(([, label = '']) => label),
  )
  const grouped = [...withoutTexts.matchAll(/\b(?:by|without|on|ignoring)\s*\(([^)]*)\)/g)].flatMap(
    ([, inside = '']) => inside.split(',').map((label) => label.trim()),
  )
  const rest = withoutTexts
    .replaceAll(/\{[^}]*\}/g, ' ')
    .replaceAll(/\b(?:by|without|on|ignoring)\s*\([^)]*\)/g, ' ')
  const metrics = [...rest.matchAll(/[a-zA-Z_:][\w:]*(?!\w*\s*\()/g)]
    .map(([word]) => word)
    .filter((word) => !WORDS.has(word))
  return { metrics: [...new Set(metrics)], labels: [...new Set([...selected, ...grouped])] }
}
