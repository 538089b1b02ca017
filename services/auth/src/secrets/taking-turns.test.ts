import { describe, expect, it } from '@jest/globals'

import { takingTurns } from './taking-turns.ts'

describe('taking turns', () => {
  it('runs a few at once, lets some wait and turns the rest away', async () => {
    const turn = takingTurns(2, 3)
    const gate = Promise.withResolvers<void>()
    let running = 0
    let most = 0
    const work = async () => {
      most = Math.max(most, (running += 1))
      await gate.promise
      running -= 1
    }
    const accepted = Array.from({ length: 5 }, () => turn(work))
    await expect(turn(work)).rejects.toMatchObject({ code: 'dependency-unavailable', retryAfterSeconds: 1 })
    gate.resolve()
    await Promise.all(accepted)
    expect(most).toBe(2)
  })

  it('hands its place on when work fails', async () => {
    const turn = takingTurns(1, 1)
    const first = turn(() => Promise.reject(new Error('broken')))
    const second = turn(() => Promise.resolve('done'))
    await expect(first).rejects.toThrow('broken')
    await expect(second).resolves.toBe('done')
    await expect(turn(() => Promise.resolve('again'))).resolves.toBe('again')
  })
})
