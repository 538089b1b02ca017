import { setTimeout as sleep } from 'node:timers/promises'

import { describe, expect, it } from '@jest/globals'
import { until } from '@kitroom/testing'

import { turnstile } from './turnstile.ts'

/** A turnstile for one thing, at which `full` says who is in vain, and what was seen of it. */
function watched(inVain: (ids: readonly string[]) => Promise<ReadonlyMap<number, Error>>) {
  const [looks, served]: [string[][], string[]] = [[], []]
  const pass = turnstile<string>((ids) => {
    looks.push([...ids])
    return inVain(ids)
  })
  const come = (id: string, until: Promise<unknown> = Promise.resolve(), thing = 'lamp') =>
    pass({ thing, id, wanting: id }, async () => {
      served.push(id)
      await until
      return `${id} served`
    })
  return { looks, served, come }
}

const nobody = () => Promise.resolve(new Map<number, Error>())
const gate = () => Promise.withResolvers<undefined>()

describe('a turnstile', () => {
  it('lets through at once who wants what nobody else wants just now', async () => {
    const { looks, come } = watched(nobody)
    const first = gate()
    const served = come('Ada', first.promise)
    expect(await come('Bea', undefined, 'tripod')).toBe('Bea served')
    first.resolve(undefined)
    expect(await served).toBe('Ada served')
    expect(looks).toEqual([])
  })

  it('looks at those who waited together: who is in vain hears so unserved, the others go on at the same time', async () => {
    const { looks, served, come } = watched((ids) =>
      Promise.resolve(new Map([[ids.indexOf('Cleo'), new Error('nothing is left for Cleo')]])),
    )
    const [first, others] = [gate(), gate()]
    const ada = come('Ada', first.promise)
    const waiting = ['Bea', 'Cleo', 'Dan'].map((id) => come(id, others.promise))
    const cleo = expect(waiting[1]).rejects.toThrow('nothing is left for Cleo')
    expect(served).toEqual(['Ada'])
    first.resolve(undefined)
    await ada
    await cleo
    expect(served).toEqual(['Ada', 'Bea', 'Dan'])
    others.resolve(undefined)
    expect([await waiting[0], await waiting[2]]).toEqual(['Bea served', 'Dan served'])
    expect(looks).toEqual([['Bea', 'Cleo', 'Dan']])
  })

  it('looks at those who come a moment after somebody was served, and forgets the thing soon', async () => {
    const { looks, come } = watched(nobody)
    await come('Ada')
    await sleep(20)
    const both = Promise.all([come('Bea'), come('Cleo')])
    expect(await Promise.race([both, sleep(70, 'later than they had to')])).toEqual([
      'Bea served',
      'Cleo served',
    ])
    expect(looks).toEqual([['Bea', 'Cleo']])
    await sleep(250)
    expect(await come('Dan')).toBe('Dan served')
    expect(looks).toHaveLength(1)
  })

  it('looks again at those who came while others were being served', async () => {
    const looked = gate()
    const { looks, come } = watched(() => {
      looked.resolve(undefined)
      return nobody()
    })
    const [first, second] = [gate(), gate()]
    const ada = come('Ada', first.promise)
    const bea = come('Bea', second.promise)
    first.resolve(undefined)
    await ada
    await looked.promise
    const cleo = come('Cleo')
    second.resolve(undefined)
    expect(await Promise.all([bea, cleo])).toEqual(['Bea served', 'Cleo served'])
    expect(looks).toEqual([['Bea'], ['Cleo']])
  })

  it('serves four at a time, and looks at the rest again', async () => {
    const { looks, served, come } = watched(nobody)
    const first = gate()
    const crowd = ['Ada', 'Bea', 'Cleo', 'Dan', 'Eva', 'Fay', 'Gil'].map((id) => come(id, first.promise))
    first.resolve(undefined)
    await Promise.all(crowd)
    expect(served).toEqual(['Ada', 'Bea', 'Cleo', 'Dan', 'Eva', 'Fay', 'Gil'])
    expect(looks).toEqual([
      ['Bea', 'Cleo', 'Dan', 'Eva', 'Fay', 'Gil'],
      ['Fay', 'Gil'],
    ])
  })

  it('keeps nobody behind somebody who is kept for long', async () => {
    const { served, come } = watched(nobody)
    const never = gate()
    const ada = come('Ada', never.promise)
    expect(await come('Bea')).toBe('Bea served')
    expect(served).toEqual(['Ada', 'Bea'])
    never.resolve(undefined)
    await ada
  })

  it('keeps nobody for more than a second, however many wait', async () => {
    const { looks, served, come } = watched(nobody)
    const never = gate()
    const crowd = Array.from({ length: 60 }, (_, number) => come(`borrower ${number}`, never.promise))
    await until(
      () => served.length,
      (count) => count === 60,
    )
    // Four at a time would take fifteen looks.
    expect(looks.length).toBeLessThanOrEqual(6)
    never.resolve(undefined)
    await Promise.all(crowd)
  })

  it('lets everybody on at once when nobody could be looked at', async () => {
    const { looks, served, come } = watched(() => Promise.reject(new Error('no database')))
    const first = gate()
    const crowd = Array.from({ length: 20 }, (_, number) => come(`borrower ${number}`, first.promise))
    first.resolve(undefined)
    await Promise.all(crowd)
    expect(served).toHaveLength(20)
    expect(looks).toHaveLength(1)
  })

  it('lets a copy through, since the first of them is here', async () => {
    const { looks, come } = watched(nobody)
    const first = gate()
    const ada = come('Ada', first.promise)
    expect(await come('Ada')).toBe('Ada served')
    first.resolve(undefined)
    await ada
    expect(looks).toEqual([])
  })

  it('goes on when somebody fails, or when nobody could be looked at', async () => {
    const { come } = watched(() => Promise.reject(new Error('no database')))
    const first = gate()
    const ada = come('Ada', first.promise)
    const bea = come('Bea', Promise.reject(new Error('not this time')))
    const cleo = come('Cleo')
    first.reject(new Error('refused'))
    await expect(ada).rejects.toThrow('refused')
    await expect(bea).rejects.toThrow('not this time')
    expect(await cleo).toBe('Cleo served')
    expect(await come('Dan')).toBe('Dan served')
  })
})
