import { setTimeout as sleep } from 'node:timers/promises'

import { describe, expect, it } from '@jest/globals'

import { presentDeadline, requireTime, withinDeadline, withoutDeadline } from './deadline.ts'
import { givenUp } from './given-up.ts'

const deadline = (controller = new AbortController()) => ({
  at: performance.now() + 1_000,
  signal: controller.signal,
})

describe('a deadline', () => {
  it('is known to what is done within it, later too, and to nothing else', async () => {
    const mine = deadline()
    const later = withinDeadline(mine, async () => {
      await sleep(1)
      return presentDeadline()
    })
    expect(presentDeadline()).toBeUndefined()
    expect(await later).toBe(mine)
  })

  it('ends the work when it is over', () => {
    const controller = new AbortController()
    withinDeadline(deadline(controller), () => {
      expect(requireTime).not.toThrow()
      controller.abort(givenUp())
      expect(requireTime).toThrow('Whoever asked has gone')
      expect(withoutDeadline(() => presentDeadline())).toBeUndefined()
    })
    expect(requireTime).not.toThrow()
  })
})
