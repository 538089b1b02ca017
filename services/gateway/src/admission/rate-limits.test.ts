import { afterEach, describe, expect, it, jest } from '@jest/globals'

import { rateLimits } from './rate-limits.ts'

afterEach(() => {
  jest.restoreAllMocks()
})

describe('a limit of requests a minute', () => {
  it('is over within a minute, and says so, though the clock was set back', async () => {
    const limits = rateLimits(1)
    await limits.take('somebody')
    const rightNow = Date.now
    jest.spyOn(Date, 'now').mockImplementation(() => rightNow() - 3_600_000)
    const { exceeded, resetSeconds } = await limits.take('somebody')
    expect(exceeded).toBe(true)
    expect(resetSeconds).toBeLessThanOrEqual(60)
  })
})
