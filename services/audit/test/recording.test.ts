import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { EntityChanged } from '@kitroom/contracts'
import { rolesOf } from '@kitroom/database'
import { parseEvent } from '@kitroom/events'
import fc from 'fast-check'
import { v7 as uuidv7 } from 'uuid'

import { recordedHeads } from '../src/persistence/recorded-heads.ts'
import { changed, manyChanged } from './events.ts'
import { type TestTrail, testTrail } from './trail.ts'

let trail: TestTrail

beforeAll(async () => {
  trail = await testTrail()
})
afterAll(async () => {
  await trail[Symbol.asyncDispose]()
})

const idsOf = async (orgId: string) => {
  const rows = await trail.store.admin<{ id: string }>(
    'select id from audit_event where org_id = $1 order by seq',
    [orgId],
  )
  return rows.map(({ id }) => id)
}

describe('Recording events', () => {
  it('puts them on the trail in the order they came, whenever they happened', async () => {
    const orgId = uuidv7()
    const events = manyChanged(5, { orgId }).toReversed()
    await trail.record(events.slice(0, 2))
    await trail.record(events.slice(2))
    expect(await idsOf(orgId)).toEqual(events.map(({ id }) => id))
    expect(await trail.verify(orgId)).toMatchObject({ verified: true, events: 5 })
  })

  it('keeps everything an event says', async () => {
    const event = changed({
      orgId: uuidv7(),
      action: 'STATUS_CHANGE',
      at: new Date('2026-03-01T09:00:00.123Z'),
    })
    const before = Date.now()
    await trail.record([event])
    const [row] = await trail.store.admin<Record<string, unknown>>(
      'select * from audit_event where org_id = $1',
      [event.orgid],
    )
    expect(row).toMatchObject({
      id: event.id,
      actor_user_id: event.data.actor_user_id,
      entity_type: 'Booking',
      entity_id: event.data.entity_id,
      action: 'STATUS_CHANGE',
      before_json: event.data.before,
      after_json: event.data.after,
      at: new Date('2026-03-01T09:00:00.123Z'),
      request_id: 'a-request',
      service: 'booking',
      trace_id: '0af7651916cd43dd8448eb211c80319c',
    })
    expect((row!['received_at'] as Date).getTime()).toBeGreaterThan(before - 5_000)
  })

  it('records an event once when it comes twice at once and again later, and confirms it each time', async () => {
    const orgId = uuidv7()
    const [event, other] = manyChanged(2, { orgId, source: 'inventory', entityType: 'Tag' }) as [
      EntityChanged,
      EntityChanged,
    ]
    trail.confirmed.clear()
    await trail.record([event, event])
    await trail.record([event, other])
    expect(await idsOf(orgId)).toEqual([event.id, other.id])
    expect(trail.confirmed.get('inventory')).toEqual([event.id, event.id, event.id, other.id])
  })

  it('records an event once although the inbox has forgotten it', async () => {
    const event = changed({ orgId: uuidv7() })
    await trail.record([event])
    await trail.store.admin('delete from inbox where org_id = $1', [event.orgid])
    await trail.record([event])
    expect(await idsOf(event.orgid)).toEqual([event.id])
  })

  it('keeps one unbroken chain when several write at the same time', async () => {
    const orgId = uuidv7()
    const events = manyChanged(200, { orgId })
    const shares = [0, 1, 2, 3].map((share) => events.filter((_, i) => i % 3 === share % 3))
    await Promise.all(
      shares.map(async (share) => {
        for (let i = 0; i < share.length; i += 7) await trail.record(share.slice(i, i + 7))
      }),
    )
    expect((await idsOf(orgId)).toSorted()).toEqual(events.map(({ id }) => id).toSorted())
    expect(await trail.verify(orgId)).toMatchObject({ verified: true, events: 200 })
  })

  it('separates the organisations of one delivery', async () => {
    const [a, b] = [uuidv7(), uuidv7()]
    await trail.record([...manyChanged(2, { orgId: a }), ...manyChanged(3, { orgId: b })])
    expect([await trail.verify(a), await trail.verify(b)]).toMatchObject([
      { verified: true, events: 2 },
      { verified: true, events: 3 },
    ])
  })

  it('leaves the head of each chain to be written down elsewhere', async () => {
    const orgId = uuidv7()
    const events = manyChanged(3, { orgId })
    await trail.record(events)
    const heads = await recordedHeads(trail.database, rolesOf(trail.store.url).job)
    const { head_hash } = await trail.verify(orgId)
    expect(heads.find((head) => head.org_id === orgId)).toEqual({
      org_id: orgId,
      seq: 3,
      id: events[2]!.id,
      hash: head_hash,
    })
  })

  it('verifies whatever JSON a state may hold, after PostgreSQL kept it in its own way', async () => {
    const orgId = uuidv7()
    const states = fc.sample(fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue()), 300)
    const odd = [{ n: [-0, 1e21, 5e-324, 1.7976931348623157e308, 0.1, 1e-7, 123456789012345680000] }]
    const events = [...states, ...odd].map((state) =>
      changed({ orgId, after: JSON.parse(JSON.stringify(state)), actor: uuidv7().toUpperCase() }),
    )
    const genuine = events.filter((event) => 'event' in parseEvent(event.type, JSON.stringify(event)))
    await trail.record(genuine)
    expect(await trail.verify(orgId)).toMatchObject({ verified: true, events: genuine.length })
    expect(genuine.length).toBeGreaterThan(200)
  })
})
