import { describe, expect, it } from '@jest/globals'
import type { EntityChanged } from '@kitroom/contracts'

import { objectionTo } from '../src/objection.ts'

const [ORG, OTHER] = ['01941f29-7c00-7000-8000-0000000000aa', '01941f29-7c00-7000-8000-0000000000bb']

const created: EntityChanged = {
  specversion: '1.0',
  id: '01941f29-7c00-7000-8000-000000000001',
  source: 'inventory',
  type: 'kitroom.inventory.resource-unit.create',
  time: '2026-03-01T09:00:00.000Z',
  orgid: ORG,
  requestid: 'a-request',
  datacontenttype: 'application/json',
  data: {
    actor_user_id: null,
    entity_type: 'ResourceUnit',
    entity_id: 'a-unit',
    action: 'CREATE',
    before: null,
    after: { id: 'a-unit', org_id: ORG },
  },
}
const withData = (data: Partial<EntityChanged['data']>, type = created.type): EntityChanged => ({
  ...created,
  type,
  data: { ...created.data, ...data },
})
const updated = (data: Partial<EntityChanged['data']>) =>
  withData({ action: 'UPDATE', ...data }, 'kitroom.inventory.resource-unit.update')

describe('An event is a genuine one', () => {
  it.each([
    ['when something was created', created],
    ['whatever the case of the ids', { ...created, orgid: ORG.toUpperCase() }],
    ['when something was removed altogether', updated({ before: created.data.after, after: null })],
    [
      'when a user changes in an organisation other than the one of the account',
      {
        ...withData(
          { entity_type: 'User', after: { id: 'a-user', org_id: OTHER } },
          'kitroom.auth.user.create',
        ),
        source: 'auth',
      },
    ],
    [
      'when a text holds backslashes that look like an escape',
      withData({ after: { note: String.raw`\u0000` } }),
    ],
  ])('%s', (_, event) => {
    expect(objectionTo(event)).toBeUndefined()
  })
})

describe('An event is refused', () => {
  it.each([
    [
      'when it shows another organisation’s entity',
      withData({ after: { org_id: OTHER } }),
      /another organisation/,
    ],
    [
      'when the entity came from another organisation',
      updated({ before: { org_id: OTHER }, after: { org_id: ORG } }),
      /another organisation/,
    ],
    [
      'when it shows another organisation itself',
      {
        ...withData(
          { entity_type: 'Organization', after: { id: OTHER } },
          'kitroom.auth.organization.create',
        ),
        source: 'auth',
      },
      /another organisation/,
    ],
    [
      'when its entity is another service’s',
      withData({ entity_type: 'Booking' }, 'kitroom.inventory.booking.create'),
      /no business of inventory/,
    ],
    ['when its service is unknown', { ...created, source: 'intruder' }, /no service intruder/],
    [
      'when its type is another’s',
      { ...created, type: 'kitroom.inventory.tag.create' },
      /not that of its data/,
    ],
    ['when its time never was', { ...created, time: '0000-01-01T00:00:00Z' }, /calendar/],
    ['when something created had a state before', withData({ before: {} }), /no state before/],
    ['when something changed had none', updated({ before: null }), /no state before/],
    ['when it shows nothing at all', withData({ after: null }), /neither before nor after/],
    ['when a text holds NUL', withData({ after: { note: 'a\0b' } }), /NUL/],
    ['when a key holds half a character', withData({ after: { ['\u{D800}']: 1 } }), /surrogate/],
  ])('%s', (_, event, objection) => {
    expect(objectionTo(event)).toMatch(objection)
  })
})
