import { describe, expect, it } from '@jest/globals'

import { type CallerFacts, rememberedCallers } from './callers.ts'

const SESSION = { userId: 'user-1', sessionId: 'session-1' }
const STUDENT: CallerFacts = { active: true, roles: ['student'] }

function counting(answer: () => Promise<CallerFacts>) {
  let now = 0
  let asked = 0
  const callers = rememberedCallers(
    () => {
      asked += 1
      return answer()
    },
    () => now,
  )
  return { callers, asked: () => asked, passes: (ms: number) => (now += ms) }
}

describe('what is remembered of callers', () => {
  it('is kept apart by organisation and session', async () => {
    const { callers, asked } = counting(() => Promise.resolve(STUDENT))
    await callers.of(SESSION, 'org-1')
    await callers.of(SESSION, 'org-2')
    await callers.of(SESSION, undefined)
    await callers.of({ ...SESSION, sessionId: 'session-2' }, 'org-1')
    await callers.of(SESSION, 'org-1')
    expect(asked()).toBe(4)
  })

  it('is asked again after four seconds, counted from the question', async () => {
    const { callers, asked, passes } = counting(() => Promise.resolve(STUDENT))
    await callers.of(SESSION, 'org-1')
    passes(3_999)
    await callers.of(SESSION, 'org-1')
    expect(asked()).toBe(1)
    passes(1)
    await callers.of(SESSION, 'org-1')
    expect(asked()).toBe(2)
  })

  it('is never a failure to ask', async () => {
    const answers = [Promise.reject(new Error('away')), Promise.resolve(STUDENT)]
    const { callers } = counting(() => answers.shift() ?? Promise.reject(new Error('none')))
    await expect(callers.of(SESSION, 'org-1')).rejects.toThrow('away')
    expect(await callers.of(SESSION, 'org-1')).toEqual(STUDENT)
  })

  it('is at most ten thousand answers, the oldest going first', async () => {
    const { callers, asked } = counting(() => Promise.resolve(STUDENT))
    for (let org = 0; org <= 10_000; org += 1) await callers.of(SESSION, `org-${org}`)
    await callers.of(SESSION, 'org-10000')
    expect(asked()).toBe(10_001)
    await callers.of(SESSION, 'org-0')
    expect(asked()).toBe(10_002)
  })

  it('is nothing after a gap in the events', async () => {
    const { callers, asked } = counting(() => Promise.resolve(STUDENT))
    await callers.of(SESSION, 'org-1')
    callers.forgetAll()
    await callers.of(SESSION, 'org-1')
    expect(asked()).toBe(2)
  })
})
