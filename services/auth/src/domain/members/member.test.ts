import { describe, expect, it } from '@jest/globals'

import { Account } from './account.ts'
import { Member } from './member.ts'
import { Membership } from './membership.ts'
import type { Role } from './role.ts'

const HOME = 'home'
const at = new Date('2026-03-01T09:00:00Z')
const later = new Date('2026-03-02T09:00:00Z')

function memberOf(orgId: string, roles: readonly Role[]): Member {
  let made = 0
  const account = new Account({ id: 'ada', orgId: HOME, email: 'ada@example.edu', fullName: 'Ada' }, at)
  const member = new Member(account, new Membership({ orgId, userId: 'ada', homeOrgId: HOME }, at), [])
  member.assign(roles, at, () => `first-${(made += 1)}`)
  return member
}

describe('a change of roles', () => {
  it('gives and takes what differs and leaves alone what stays', () => {
    const member = memberOf(HOME, ['student', 'staff'])
    const [, staff] = member.assigned
    const { given, taken } = member.change({ roles: ['admin', 'staff'] }, later, () => 'new')
    expect(given.map(({ id, role }) => [id, role])).toEqual([['new', 'admin']])
    expect(taken.map(({ role }) => role)).toEqual(['student'])
    expect(member.assigned).toContain(staff)
    expect(member.roles).toEqual(['staff', 'admin'])
    expect(member.membership.updatedAt).toBe(later)
  })

  it('touches nothing when the roles are the same', () => {
    const member = memberOf(HOME, ['student', 'staff'])
    expect(member.change({ roles: ['staff', 'student'] }, later, () => 'new')).toEqual({
      given: [],
      taken: [],
      deactivated: false,
    })
    expect(member.membership.updatedAt).toBe(at)
  })
})

describe('a change of the account and of the roles at once', () => {
  it('is one change of the member: only one of its two versions may rise', () => {
    const member = memberOf(HOME, ['student'])
    const { given } = member.change({ fullName: 'Countess', roles: ['student', 'staff'] }, later, () => 'new')
    expect(given.map(({ role }) => role)).toEqual(['staff'])
    expect(member.account.updatedAt).toBe(later)
    expect(member.membership.updatedAt).toBe(at)
  })

  it('rises with the roles where the account stays as it was', () => {
    const member = memberOf(HOME, ['student'])
    member.change({ fullName: 'Ada', isActive: true, roles: ['staff'] }, later, () => 'new')
    expect(member.account.updatedAt).toBe(at)
    expect(member.membership.updatedAt).toBe(later)
  })
})

describe('a change of the account', () => {
  it('tells a deactivation from what merely leaves somebody inactive', () => {
    const member = memberOf(HOME, ['student'])
    expect(member.change({ isActive: false }, later, () => '').deactivated).toBe(true)
    expect(member.change({ isActive: false }, later, () => '').deactivated).toBe(false)
    expect(member.change({ isActive: true }, later, () => '').deactivated).toBe(false)
    expect(member.account.updatedAt).toBe(later)
  })

  it.each([{ fullName: 'Eve' }, { isActive: false }])(
    'is refused to another organisation than its home: %j',
    (change) => {
      const member = memberOf('elsewhere', ['student'])
      expect(() => member.change(change, later, () => '')).toThrow(
        expect.objectContaining({ code: 'forbidden' }),
      )
      expect(member.account).toMatchObject({ fullName: 'Ada', isActive: true, updatedAt: at })
    },
  )

  it('is no change when another organisation sends back what it read', () => {
    const member = memberOf('elsewhere', ['student'])
    member.change({ fullName: 'Ada', isActive: true, roles: ['staff'] }, later, () => 'new')
    expect(member.roles).toEqual(['staff'])
    expect(member.account.updatedAt).toBe(at)
  })
})
