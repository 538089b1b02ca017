import { describe, expect, it } from '@jest/globals'
import { defaultPolicy } from '@kitroom/contracts'

import { Organization } from './organization.ts'

const at = new Date('2026-03-01T09:00:00Z')
const arts = () =>
  new Organization({ id: 'arts', name: 'Arts', timezone: 'Europe/Zurich', policy: defaultPolicy }, at)

describe('a change of an organisation', () => {
  it('keeps what is left out, also within the policy and its groups', () => {
    const organization = arts()
    const later = new Date('2026-03-02T09:00:00Z')
    organization.change({ policy: { fine: { amount_cents: 0, unit: 'HOUR' } } }, later)
    expect(organization).toMatchObject({
      name: 'Arts',
      timezone: 'Europe/Zurich',
      policy: { ...defaultPolicy, fine: { ...defaultPolicy.fine, amount_cents: 0, unit: 'HOUR' } },
      updatedAt: later,
    })
    organization.change({ name: 'Fine Arts', timezone: 'Europe/Vienna' }, later)
    expect(organization).toMatchObject({
      name: 'Fine Arts',
      timezone: 'Europe/Vienna',
      policy: { early_pickup_minutes: 60, fine: { amount_cents: 0 } },
    })
  })
})
