export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const half = sorted.length / 2
  return ((sorted[Math.floor(half)] ?? 0) + (sorted[Math.ceil(half) - 1] ?? 0)) / 2
}

/**
 * The Mann-Whitney U test: how likely are samples as different as these when both come from one distribution?
 * Two-sided, by the normal approximation, which is good from 20 values on. Times are never equal, so ties need no care.
 */
export function difference(one: readonly number[], other: readonly number[]): { u: number; p: number } {
  const ranked = [
    ...one.map((value) => ({ value, isOne: true })),
    ...other.map((value) => ({ value, isOne: false })),
  ]
  ranked.sort((a, b) => a.value - b.value)
  const rankSum = ranked.reduce((sum, { isOne }, at) => sum + (isOne ? at + 1 : 0), 0)
  const [n, m] = [one.length, other.length]
  const u = rankSum - (n * (n + 1)) / 2
  const z = (u - (n * m) / 2) / Math.sqrt((n * m * (n + m + 1)) / 12)
  return { u, p: 2 * (1 - normal(Math.abs(z))) }
}

/** The normal distribution, by Abramowitz and Stegun 26.2.17; off by less than 0.0000001. */
function normal(z: number): number {
  const t = 1 / (1 + 0.231_641_9 * z)
  const series =
    t * (0.319_381_53 + t * (-0.356_563_782 + t * (1.781_477_937 + t * (-1.821_255_978 + t * 1.330_274_429))))
  return 1 - (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * series
}
