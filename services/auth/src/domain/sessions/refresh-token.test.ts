import { beforeEach, describe, expect, it } from '@jest/globals'

import { judge, RefreshToken } from './refresh-token.ts'
import { Session } from './session.ts'

const start = new Date('2026-03-01T09:00:00.000Z')
const after = (seconds: number) => new Date(start.getTime() + seconds * 1000)
const DAY = 24 * 60 * 60

let session: Session
let token: RefreshToken
beforeEach(() => {
  session = new Session({ id: 'session', orgId: 'org', userId: 'ada' }, start)
  token = new RefreshToken('first', session, null, 'digest', start)
})

const childAt = (seconds: number) =>
  new RefreshToken('child', session, token, 'digest of child', after(seconds))

describe('a refresh token', () => {
  it('is good for seven days unused', () => {
    expect(judge(token, session, undefined, after(7 * DAY - 1))).toBe('rotate')
    expect(judge(token, session, undefined, after(7 * DAY))).toBe('refuse')
  })

  it('never outlives its session', () => {
    const last = new RefreshToken('last', session, token, 'digest', after(29 * DAY))
    expect(last.expiresAt).toEqual(after(30 * DAY))
    expect(judge(last, session, undefined, after(30 * DAY))).toBe('refuse')
  })

  it('is forgiven for ten seconds while its successor is unused', () => {
    token.usedAt = after(100)
    const child = childAt(100)
    expect(judge(token, session, child, after(110))).toBe('forgive')
    expect(judge(token, session, child, after(110.001))).toBe('end')
  })

  it('ends the session when its successor was used, however soon', () => {
    token.usedAt = after(100)
    const child = childAt(100)
    child.usedAt = after(101)
    expect(judge(token, session, child, after(102))).toBe('end')
  })

  it('is only refused just after it was replaced, and ends the session later', () => {
    token.replacedAt = after(100)
    expect(judge(token, session, undefined, after(110))).toBe('refuse')
    expect(judge(token, session, undefined, after(111))).toBe('end')
  })

  it('ends nothing twice', () => {
    token.usedAt = after(1)
    session.end('SIGNED_OUT', after(2))
    expect(judge(token, session, undefined, after(100))).toBe('refuse')
    session.end('REUSED', after(3))
    expect(session).toMatchObject({ status: 'ENDED', ending: 'SIGNED_OUT', endedAt: after(2) })
  })
})
