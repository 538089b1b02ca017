import { describe, expect, it } from '@jest/globals'

import { together } from './together.ts'

interface Call {
  key: string
  questions: readonly string[]
  answer: (text: string) => void
  fail: () => void
}

/** What is asked, call by call, to be answered by the test. */
function calls() {
  const made = Array.from({ length: 3 }, () => Promise.withResolvers<Call>())
  let count = 0
  const ask = together<string, string>((key, questions) => {
    const answered = Promise.withResolvers<string>()
    const fail = () => answered.reject(new Error(`no answer to ${questions.join()}`))
    made[count++]?.resolve({ key, questions, answer: answered.resolve, fail })
    return answered.promise
  })
  return { ask, count: () => count, call: (number: number) => made[number - 1]?.promise as Promise<Call> }
}

describe('questions that come while an earlier one is being answered', () => {
  it('are asked together, after it, so that no answer is older than its question', async () => {
    const { ask, call, count } = calls()
    const early = ask('north', 'a')
    const others = ['b', 'c', 'd'].map((question) => ask('north', question))
    const first = await call(1)
    expect([first.questions, count()]).toEqual([['a'], 1])
    first.answer('early')
    expect(await early).toBe('early')
    const second = await call(2)
    expect(second.questions).toEqual(['b', 'c', 'd'])
    second.answer('late')
    expect(await Promise.all(others)).toEqual(['late', 'late', 'late'])
  })

  it('wait for it only a moment, and fail with their own call alone', async () => {
    const { ask, call } = calls()
    const stuck = ask('north', 'a')
    const others = ['b', 'c'].map((question) => ask('north', question))
    const failing = await call(2)
    failing.fail()
    await Promise.all(others.map((one) => expect(one).rejects.toThrow('no answer to b,c')))
    const first = await call(1)
    first.answer('after all')
    expect(await stuck).toBe('after all')
  })

  it('wait for none of another key, and for none that has been answered', async () => {
    const { ask, call, count } = calls()
    const heard = ask('north', 'a')
    void ask('south', 'b')
    expect([(await call(1)).key, (await call(2)).key, count()]).toEqual(['north', 'south', 2])
    const first = await call(1)
    first.answer('a')
    await heard
    // What was answered is forgotten just after.
    await new Promise(setImmediate)
    void ask('north', 'c')
    expect(count()).toBe(3)
    expect((await call(3)).questions).toEqual(['c'])
  })
})
