import type { Bench } from './stack/bench.ts'

/** One number of a measure, and how it came about. */
export interface Figure {
  /** What was measured, as the table of docs/performance.md says it. */
  name: string
  value: number
  /** `ratio`, `ms`, `s`, `MB`, … */
  unit: string
  /** The figure that would do, and on which side of it the value has to be. */
  goal: { atMost: number } | { atLeast: number }
  /** What the value was made of: medians, counts. */
  parts: Record<string, number | string>
}

export interface Measure {
  /** For `npm run bench -- <name>`. */
  name: string
  /** @param say tells how far it is */
  run: (bench: Bench, say: (text: string) => void) => Promise<Figure[]>
}

/** Whether a figure is as good as its goal. */
export const isMet = ({ value, goal }: Figure): boolean =>
  'atMost' in goal ? value <= goal.atMost : value >= goal.atLeast
