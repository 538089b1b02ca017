import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { defaultPolicy } from '@kitroom/contracts'

import { type Founded, type RunningAuth, runningAuth } from './running-auth.ts'

const path = '/organizations/current'

let auth: RunningAuth
let founded: Founded
beforeAll(async () => {
  auth = await runningAuth()
})
beforeEach(async () => {
  founded = await auth.found()
})
afterAll(async () => {
  await auth[Symbol.asyncDispose]()
})

const patch = (policy: object, ifMatch = '*') =>
  auth.send('PATCH', path, { as: founded.as, body: { policy }, headers: { 'if-match': ifMatch } })

const openings = (monday: object[]) => ({ opening_hours: { monday } })
const nineToFive = [{ opens: '09:00', closes: '17:00' }]
const holidays = { from: '2026-12-24', to: '2027-01-02', reason: 'Christmas' }

describe('the policy of an organisation', () => {
  it('is its defaults until it is changed, then what was set and the defaults of the rest', async () => {
    const before = await auth.send('GET', path, { as: founded.as })
    expect(before.body.policy).toEqual(defaultPolicy)

    const change = {
      ...openings(nineToFive),
      closures: [holidays],
      quotas: { student: { units: 4 } },
      approval: { by_type: { Kamera: 'AUTOMATIC' } },
      ladder: { strikes: null },
    }
    const after = await patch(change, '"1"')
    expect(after).toMatchObject({ status: 200, body: { version: 2 } })
    const days = { tuesday: [], wednesday: [], thursday: [], friday: [], saturday: [], sunday: [] }
    const policy = {
      ...defaultPolicy,
      opening_hours: { ...days, monday: nineToFive },
      closures: [holidays],
      quotas: { ...defaultPolicy.quotas, student: { active_bookings: null, units: 4 } },
      approval: { default: 'REQUIRED', by_type: { Kamera: 'AUTOMATIC' } },
      ladder: { ...defaultPolicy.ladder, strikes: null },
    }
    expect(after.body.policy).toEqual(policy)
    expect((await auth.send('GET', path, { as: founded.as })).body.policy).toEqual(policy)
    const told = await auth.directory.getOrganization({ org_id: founded.orgId })
    expect(JSON.parse(told.policy_json)).toEqual(policy)
  })

  it('keeps what a later change leaves out, and replaces hours, closures and types whole', async () => {
    await patch({
      ...openings(nineToFive),
      closures: [holidays],
      quotas: { student: { units: 4 } },
      approval: { default: 'AUTOMATIC', by_type: { Kamera: 'REQUIRED' } },
    })
    const { body } = await patch({
      opening_hours: { friday: nineToFive },
      quotas: { student: { active_bookings: 2 } },
      approval: { by_type: { Stativ: 'REQUIRED' } },
    })
    expect(body.policy).toMatchObject({
      opening_hours: { monday: [], friday: nineToFive },
      closures: [holidays],
      quotas: { student: { active_bookings: 2, units: 4 } },
    })
    expect(body.policy.approval).toEqual({ default: 'AUTOMATIC', by_type: { Stativ: 'REQUIRED' } })
    expect((await patch({ opening_hours: null, closures: [] })).body.policy).toMatchObject({
      opening_hours: null,
      closures: [],
    })
  })

  it('is changed by whoever has read it last', async () => {
    expect((await patch({ buffer_minutes: 10 }, '"1"')).status).toBe(200)
    const late = await patch({ buffer_minutes: 20 }, '"1"')
    expect(late).toMatchObject({ status: 412, body: { code: 'version-mismatch' } })
    const missing = await auth.send('PATCH', path, {
      as: founded.as,
      body: { policy: { buffer_minutes: 20 } },
    })
    expect(missing).toMatchObject({ status: 428, body: { code: 'if-match-required' } })
    const { body } = await auth.send('GET', path, { as: founded.as })
    expect(body).toMatchObject({ version: 2, policy: { buffer_minutes: 10 } })
  })

  it('is audited with what it was and what it is', async () => {
    await patch({ ladder: { debt_limit_cents: null } })
    const [, update] = await auth.eventsOf(founded.orgId)
    expect(update).toMatchObject({
      action: 'UPDATE',
      before: { policy: { ladder: { strikes: 3, debt_limit_cents: 5000 } } },
      after: { policy: { ladder: { strikes: 3, debt_limit_cents: null } } },
    })
  })

  it('that was stored before a rule existed has the default of it, also in the audit of a change', async () => {
    await auth.database.admin(`update organization set policy = '{"fine": {"cap_cents": 7}}' where id = $1`, [
      founded.orgId,
    ])
    const completed = { ...defaultPolicy, fine: { ...defaultPolicy.fine, cap_cents: 7 } }
    expect((await auth.send('GET', path, { as: founded.as })).body.policy).toEqual(completed)
    expect((await patch({ buffer_minutes: 5 })).status).toBe(200)
    const [, update] = await auth.eventsOf(founded.orgId)
    expect(update).toMatchObject({
      before: { policy: completed },
      after: { policy: { ...completed, buffer_minutes: 5 } },
    })
  })

  it.each([
    [
      'a time that does not exist',
      openings([{ opens: '09:60', closes: '17:00' }]),
      '/opening_hours/monday/0/opens',
    ],
    [
      'openings that overlap',
      openings([...nineToFive, { opens: '16:00', closes: '18:00' }]),
      '/opening_hours/monday/1/opens',
    ],
    [
      'a closure that ends before it begins',
      { closures: [{ ...holidays, to: '2026-12-01' }] },
      '/closures/0/to',
    ],
    ['a negative quota', { quotas: { student: { units: -1 } } }, '/quotas/student/units'],
    ['no rule at all', {}, ''],
  ])('is not changed to %s', async (_, policy, place) => {
    expect(await patch(policy)).toMatchObject({
      status: 400,
      body: { code: 'validation-failed', errors: [{ pointer: `/policy${place}` }] },
    })
    expect((await auth.send('GET', path, { as: founded.as })).body.version).toBe(1)
  })
})
