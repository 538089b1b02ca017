/** The value below which `share` of the values lie. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN
}

export const median = (values: readonly number[]): number => quantile(values, 0.5)

/**
 * Measures several things in turn, several times over, so that whatever else the machine does hits all of them alike.
 * @returns each one's median
 */
export async function interleaved<Name extends string>(
  rounds: number,
  things: Record<Name, (round: number) => Promise<number>>,
): Promise<Record<Name, number>> {
  const seen = new Map<Name, number[]>()
  for (let round = 0; round < rounds; round++) {
    for (const [name, measure] of Object.entries(things) as [Name, (round: number) => Promise<number>][]) {
      const values = seen.get(name) ?? []
      values.push(await measure(round))
      seen.set(name, values)
    }
  }
  return Object.fromEntries([...seen].map(([name, values]) => [name, median(values)])) as Record<Name, number>
}
