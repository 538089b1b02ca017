import { describe, expect, it } from '@jest/globals'

import { Organization } from './organization.ts'

const at = new Date('2026-03-01T09:00:00Z')
const policy = {
  early_pickup_minutes: 60,
  fine: { unit: 'DAY' as const, amount_cents: 500, grace_minutes: 60, cap_cents: 5000 },
}
const arts = () => new Organization({ id: 'arts', name: 'Arts', timezone: 'Europe/Zurich', policy }, at)

describe('a change of an organisation', () => {
  it('keeps what is left out, also within the policy and its fine', () => {
    const organization = arts()
    organization.change({ policy: { fine: { amount_cents: 0, unit: 'HOUR' } } }, at)
    expect(organization).toMatchObject({
      name: 'Arts',
      policy: { ...policy, fine: { ...policy.fine, amount_cents: 0, unit: 'HOUR' } },
    })
    organization.change({ name: 'Fine Arts', policy: { early_pickup_minutes: 0 } }, at)
    expect(organization).toMatchObject({
      name: 'Fine Arts',
      policy: { early_pickup_minutes: 0, fine: { amount_cents: 0 } },
    })
  })

  it('leaves the policy it was founded with as it was, for whoever shares it', () => {
    arts().change({ policy: { fine: { cap_cents: 1 } } }, at)
    expect(policy.fine.cap_cents).toBe(5000)
  })
})
