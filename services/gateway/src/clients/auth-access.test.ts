import { describe, expect, it } from '@jest/globals'
import { UnknownMethod } from '@kitroom/grpc'

import { askAuth } from './auth-access.ts'

const session = (id: string) => ({ userId: `user ${id}`, sessionId: `session ${id}` })

describe('asking auth what callers may do', () => {
  it('goes on one by one while auth is of a version that is asked no other way (OPS-4)', async () => {
    const ask = askAuth({
      batchGetCallers: () => Promise.reject(new UnknownMethod('of the next version')),
      getCaller: ({ user_id }) =>
        Promise.resolve({
          ...{ session_active: true, user_active: true, is_member: true },
          roles: [user_id === 'user a' ? 'staff' : 'student'],
        }),
    })
    expect(await Promise.all(['a', 'b', 'c'].map((id) => ask(session(id), 'north')))).toEqual([
      { active: true, roles: ['staff'] },
      { active: true, roles: ['student'] },
      { active: true, roles: ['student'] },
    ])
  })

  it('takes nobody for somebody else where an answer is missing', async () => {
    const ask = askAuth({
      batchGetCallers: ({ sessions }) =>
        Promise.resolve({
          callers: sessions.slice(1).map(() => ({
            ...{ session_active: true, user_active: true, is_member: true },
            roles: ['admin'],
          })),
        }),
      getCaller: () => Promise.reject(new Error('nobody asks this now')),
    })
    const asked = ['a', 'b', 'c'].map((id) => ask(session(id), 'north'))
    await Promise.all(asked.map((one) => expect(one).rejects.toThrow(/auth told \d of \d callers/)))
  })

  it('fails for all who asked where auth does not answer', async () => {
    const away = new Error('away')
    const ask = askAuth({
      batchGetCallers: () => Promise.reject(away),
      getCaller: () => Promise.reject(new Error('nobody asks this now')),
    })
    const asked = ['a', 'b'].map((id) => ask(session(id), 'north'))
    await Promise.all(asked.map((one) => expect(one).rejects.toBe(away)))
  })
})
