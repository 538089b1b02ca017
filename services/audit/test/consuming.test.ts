import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { until } from '@kitroom/testing'
import { v7 as uuidv7 } from 'uuid'

import { changed, manyChanged } from './events.ts'
import { type RunningAudit, runningAudit } from './service.ts'

let audit: RunningAudit
const confirmed = new Map<string, number>()

beforeAll(async () => {
  audit = await runningAudit()
  audit.broker.onConfirmed('booking', async (ids) => {
    for (const id of ids) confirmed.set(id, (confirmed.get(id) ?? 0) + 1)
  })
})
afterAll(async () => {
  await audit[Symbol.asyncDispose]()
})

const rowsOf = (orgId: string) =>
  audit.store.admin<{ id: string }>('select id from audit_event where org_id = $1 order by seq', [orgId])
const admin = (orgId: string) => ({ orgId, userId: uuidv7(), roles: ['admin'] as const })

/** Runs a task for every entry, this many at a time. */
async function each<T>(
  entries: readonly T[],
  task: (entry: T) => Promise<void>,
  atATime = 50,
): Promise<void> {
  for (let i = 0; i < entries.length; i += atATime) await Promise.all(entries.slice(i, i + atATime).map(task))
}

describe('The audit service on the stream of events', () => {
  it('records each of 2,000 events once although each comes three times, through restarts (EVT-7)', async () => {
    const orgs = [uuidv7(), uuidv7()]
    const events = orgs.flatMap((orgId) => manyChanged(1_000, { orgId }))
    const thrice = [0, 1, 2].flatMap((attempt) => events.map((event) => ({ event, attempt })))
    const publishing = each(thrice, ({ event, attempt }) =>
      // The third has the first one's message id, which the broker drops; the second it cannot tell.
      audit.publish(event, attempt === 1 ? `${event.id}:again` : event.id),
    )
    await audit.restart()
    await publishing
    await audit.restart()

    // Recorded all, and the copies told of again: nothing is left to come.
    const copied = () => Promise.resolve(events.filter(({ id }) => (confirmed.get(id) ?? 0) >= 2).length)
    await until(copied, (count) => count === events.length)
    for (const orgId of orgs) {
      const expected = events.filter((event) => event.orgid === orgId).map(({ id }) => id)
      expect((await rowsOf(orgId)).map(({ id }) => id).toSorted()).toEqual(expected.toSorted())
      const { body } = await audit.get('/audit/verify', admin(orgId))
      expect(body).toMatchObject({ verified: true, events: 1_000 })
    }
  })

  it('confirms what it stored, and a copy again', async () => {
    const event = changed({ orgId: uuidv7() })
    await audit.publish(event)
    await until(
      () => Promise.resolve(confirmed.get(event.id)),
      (times) => times === 1,
    )
    await audit.publish(event, `${event.id}:1`)
    await until(
      () => Promise.resolve(confirmed.get(event.id)),
      (times) => times === 2,
    )
    expect(await rowsOf(event.orgid)).toEqual([{ id: event.id }])
  })

  it('puts what it cannot use aside, with the reason, and goes on with the rest (EVT-9, TEN-12)', async () => {
    const orgId = uuidv7()
    const like = changed({ orgId })
    const { orgid: _, ...withoutOrganization } = changed({ orgId })
    const poison: Record<string, unknown> = {
      'is not JSON': '{"specversion": "1.0", ',
      'is no event': {},
      'has no organisation': withoutOrganization,
      'is of an unknown type': { ...like, type: 'kitroom.booking.booking.explode' },
      'is of an unknown entity': { ...like, data: { ...like.data, entity_type: 'Spaceship' } },
      'comes by another subject': changed({ orgId, entityType: 'Fine' }),
      'shows another organisation': changed({ orgId, after: { org_id: uuidv7() } }),
      'cannot be stored': changed({ orgId, after: { note: 'NUL \0' } }),
      'names a day PostgreSQL does not know': { ...like, time: '0000-01-01T00:00:00Z' },
    }
    const bad = Object.values(poison).map((one) => (typeof one === 'string' ? one : JSON.stringify(one)))
    const events = manyChanged(30 * bad.length, { orgId })
    for (const [i, payload] of bad.entries()) {
      await each(events.slice(i * 30, i * 30 + 30), (event) => audit.publish(event))
      await audit.broker.publish('kitroom.booking.booking.create', payload, `${orgId}:${i}`)
    }

    await until(
      async () => (await rowsOf(orgId)).length,
      (count) => count === events.length,
    )
    const letters = await until(
      () => audit.store.admin<{ payload: string; reason: string }>('select payload, reason from dead_letter'),
      (found) => found.length === bad.length,
    )
    expect(letters.every(({ reason }) => reason !== '')).toBe(true)
    expect((await rowsOf(orgId)).map(({ id }) => id).toSorted()).toEqual(
      events.map(({ id }) => id).toSorted(),
    )
  })

  it('records what a newer producer tells, and keeps what it does not know yet (EVT-15)', async () => {
    const event = changed({ orgId: uuidv7() })
    const data = { ...event.data, reason: 'a new field', after: { ...event.data.after, colour: 'red' } }
    const newer = JSON.stringify({ ...event, dataschema: 'v9', data })
    const type = 'kitroom.booking.voucher.create'
    const unknown = { ...event, id: uuidv7(), type, data: { ...data, entity_type: 'Voucher' } }
    await audit.broker.publish(type, JSON.stringify(unknown), unknown.id)
    await audit.broker.publish(event.type, newer, event.id)
    await until(
      () => rowsOf(event.orgid),
      (rows) => rows.length === 1,
    )
    const { body } = await audit.get(`/audit/${event.id}`, admin(event.orgid))
    expect(body).toMatchObject({ after_json: { colour: 'red' } })
    const [letter] = await audit.store.admin<{ reason: string; payload: string }>(
      'select reason, payload from dead_letter where subject = $1',
      [type],
    )
    expect(letter).toEqual({
      reason: 'Nothing is known of Voucher CREATE.',
      payload: JSON.stringify(unknown),
    })
  })

  it('goes on answering, and stays ready, while the broker is away (EVT-16)', async () => {
    const event = changed({ orgId: uuidv7() })
    await audit.publish(event)
    await until(
      () => rowsOf(event.orgid),
      (rows) => rows.length === 1,
    )
    await audit.stopBroker()
    expect(await audit.get('/health/ready')).toMatchObject({ status: 200 })
    expect(await audit.get('/audit', admin(event.orgid))).toMatchObject({ status: 200, body: { total: 1 } })
  })
})
