import { describe, expect, it } from '@jest/globals'

import { OrganizationChange } from './organization.ts'
import { defaultPolicy } from './policy/policy.ts'
import { Registered, Registration } from './registration.ts'
import { UserChange } from './user.ts'

const person = { email: 'ada@example.edu', password: 'correct horse', full_name: 'Ada Lovelace' }
const organization = { name: 'University of Arts', timezone: 'Europe/Zurich' }

const placesOf = (body: unknown) =>
  Registration.safeParse(body).error?.issues.map(({ path }) => path.join('/'))

describe('a registration', () => {
  it('founds an organisation or adds a member', () => {
    expect(Registration.parse({ ...person, organization })).toEqual({ ...person, organization })
    expect(Registration.parse({ ...person, roles: ['student'] })).toEqual({ ...person, roles: ['student'] })
  })

  it('does one of the two', () => {
    expect(placesOf({ ...person, organization, roles: ['admin'] })).toEqual(['roles'])
    expect(placesOf(person)).toEqual(['organization'])
  })

  it('names the field that is wrong, also within the organisation', () => {
    expect(placesOf({ ...person, organization: { ...organization, timezone: 'Mars' } })).toEqual([
      'organization/timezone',
    ])
    expect(placesOf({ ...person, roles: [] })).toEqual(['roles'])
    expect(placesOf({ ...person, roles: ['staff', 'staff'] })).toEqual(['roles'])
    expect(placesOf({ ...person, roles: ['STAFF'] })).toEqual(['roles/0'])
    expect(placesOf({ ...person, roles: ['staff'], password: 'short' })).toEqual(['password'])
  })
})

describe('the answer to a registration', () => {
  const user = {
    ...{ id: '01941f29-7c00-7000-8000-00000000000a', org_id: '01941f29-7c00-7000-8000-0000000000ff' },
    ...{ email: person.email, full_name: person.full_name, is_active: true, roles: ['admin'], version: 1 },
    created_at: '2026-03-01T09:00:00.000Z',
  }

  it('is the bare member, without the hash of a password', () => {
    expect(Registered.parse({ ...user, password_hash: 'x' })).toEqual(user)
  })

  it('is the organisation with its first admin', () => {
    const { id, created_at } = user
    const founded = { ...organization, id, created_at, currency: 'EUR', policy: defaultPolicy, version: 1 }
    expect(Registered.parse({ organization: founded, user: { ...user, password_hash: 'x' } })).toEqual({
      organization: founded,
      user,
    })
  })
})

describe('a change of an organisation', () => {
  it('changes the policy member by member, without defaults, and never the currency', () => {
    const policy = { fine: { grace_minutes: 0 } }
    expect(OrganizationChange.parse({ policy })).toEqual({ policy })
    expect(OrganizationChange.safeParse({ policy: { fine: { colour: 'red' } } }).success).toBe(false)
    expect(OrganizationChange.safeParse({ policy: {} }).success).toBe(false)
    expect(OrganizationChange.safeParse({ currency: 'CHF' }).success).toBe(false)
  })
})

describe('a change of a member', () => {
  it('can end the membership but not change the e-mail or password', () => {
    expect(UserChange.parse({ roles: [] })).toEqual({ roles: [] })
    expect(UserChange.safeParse({ email: 'eve@example.edu' }).success).toBe(false)
    expect(UserChange.safeParse({ password: 'correct horse' }).success).toBe(false)
    expect(UserChange.safeParse({}).success).toBe(false)
  })
})
