import { describe, expect, it } from '@jest/globals'
import { seededRandom } from '@kitroom/testing'

import { difference, median } from './mann-whitney.ts'

describe('the Mann-Whitney test', () => {
  const random = seededRandom(7)
  const sample = (shift: number) => Array.from({ length: 500 }, () => random.next() + shift)

  it('knows the example of the textbook', () => {
    const { u, p } = difference([19, 22, 16, 29, 24], [20, 11, 17, 12])
    expect(u).toBe(17)
    expect(p).toBeCloseTo(0.0864, 3)
  })

  it('sees a small shift among many values, and none where there is none', () => {
    expect(difference(sample(0), sample(0.1)).p).toBeLessThan(0.001)
    expect(difference(sample(0), sample(0)).p).toBeGreaterThan(0.01)
    expect(median([3, 1, 2, 10])).toBe(2.5)
  })
})
