import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { statementSigner } from '@kitroom/access-token'
import type { EntityChanged, Role } from '@kitroom/contracts'
import { type GrpcClient, grpcClient } from '@kitroom/grpc'
import { until } from '@kitroom/testing'
import { v7 as uuidv7 } from 'uuid'

import { changed } from './events.ts'
import { type RunningAudit, runningAudit } from './service.ts'

const [orgId, otherOrg] = [uuidv7(), uuidv7()]
const [ada, ben] = [uuidv7(), uuidv7()]
const unit = uuidv7()
const day = (n: number) => new Date(Date.UTC(2026, 2, n, 9))

/** Told in another order than it happened; by `happened` below it is in the order of the list. */
const told: EntityChanged[] = [
  changed({ orgId, at: day(2), actor: ada, action: 'STATUS_CHANGE' }),
  changed({ orgId, at: day(1), actor: ada }),
  changed({ orgId, at: day(4), actor: null, entityType: 'Fine' }),
  changed({ orgId, at: day(3), actor: ben, source: 'inventory', entityType: 'ResourceUnit', entityId: unit }),
  changed({
    orgId,
    at: day(5),
    actor: ben,
    source: 'inventory',
    entityType: 'ResourceUnit',
    entityId: unit,
    action: 'SOFT_DELETE',
  }),
  // Three at the same instant: their ids decide.
  ...[1, 2, 3].map(() => changed({ orgId, at: day(6), actor: ben, entityType: 'Tag', source: 'inventory' })),
]
const happened = told.toSorted((a, b) => (a.time + a.id < b.time + b.id ? 1 : -1))
const theirs = changed({ orgId: otherOrg, at: day(3), actor: ada })

let audit: RunningAudit
let grpc: GrpcClient<'AuditTrail'>

beforeAll(async () => {
  audit = await runningAudit()
  for (const event of [...told, theirs]) await audit.publish(event)
  await until(
    () => audit.store.admin<{ count: string }>('select count(*) from audit_event'),
    ([row]) => Number(row?.count) === told.length + 1,
  )
  grpc = grpcClient('AuditTrail', {
    address: `127.0.0.1:${audit.service.grpcPort}`,
    statements: statementSigner({ service: 'booking', privateJwk: audit.identity.privateJwk('booking') }),
    logger: { info: () => undefined, warn: () => undefined, error: () => undefined },
    timeoutMs: 5_000,
  })
})
afterAll(async () => {
  grpc.close()
  await audit[Symbol.asyncDispose]()
})

const member = (role: Role, org = orgId) => ({ orgId: org, userId: uuidv7(), roles: [role] })
const list = (query: string, org?: string) => audit.get(`/audit${query}`, member('staff', org))
const idsIn = ({ body }: Awaited<ReturnType<typeof list>>) => body.data.map(({ id }) => id)
const idsOf = (events: readonly EntityChanged[]) => events.map(({ id }) => id)

describe('GET /audit', () => {
  it('lists what happened, newest first', async () => {
    const answer = await list('')
    expect(idsIn(answer)).toEqual(idsOf(happened))
    expect(answer.body).toMatchObject({
      total: told.length,
      page: 1,
      limit: 20,
      has_next: false,
      next_cursor: null,
    })
  })

  it('tells of an event what the contract promises and nothing else', async () => {
    const [event] = told as [EntityChanged]
    const { body } = await list(`?entity_id=${event.data.entity_id}`)
    expect(body.data).toEqual([
      {
        id: event.id,
        org_id: orgId,
        actor_user_id: ada,
        entity_type: 'Booking',
        entity_id: event.data.entity_id,
        action: 'STATUS_CHANGE',
        before_json: event.data.before,
        after_json: event.data.after,
        at: '2026-03-02T09:00:00.000Z',
        request_id: 'a-request',
        service: 'booking',
      },
    ])
  })

  const is = (test: (event: EntityChanged) => boolean) => idsOf(happened.filter(test))
  it.each([
    ['entity_type=ResourceUnit', is(({ data }) => data.entity_type === 'ResourceUnit')],
    [`entity_id=${unit}`, is(({ data }) => data.entity_id === unit)],
    [`actor=${ben}`, is(({ data }) => data.actor_user_id === ben)],
    [`actor=${ben.toUpperCase()}`, is(({ data }) => data.actor_user_id === ben)],
    ['action=SOFT_DELETE', is(({ data }) => data.action === 'SOFT_DELETE')],
    ['from=2026-03-03T09:00:00Z', is(({ time }) => time >= '2026-03-03T09')],
    ['to=2026-03-03T09:00:00Z', is(({ time }) => time < '2026-03-03T09')],
    ['from=2026-03-02T10:00:00%2B01:00&to=2026-03-04T09:00:00Z', is(({ time }) => /-0[23]T/.test(time))],
    [
      `entity_type=ResourceUnit&actor=${ben}&action=CREATE&from=2026-03-01T00:00:00Z`,
      is(({ data }) => data.entity_type === 'ResourceUnit' && data.action === 'CREATE'),
    ],
    [`actor=${uuidv7()}`, []],
    [`entity_id=${encodeURIComponent("' or true --")}`, []],
    ['sort=at', idsOf(happened).toReversed()],
  ])('filters and sorts by %s', async (query, expected) => {
    const answer = await list(`?${query}`)
    expect(idsIn(answer)).toEqual(expected)
    expect(answer.body.total).toBe(expected.length)
  })

  it('gives pages by number, with the total', async () => {
    const pages = await Promise.all([1, 2, 3, 4].map((page) => list(`?limit=3&page=${page}`)))
    expect(pages.flatMap(idsIn)).toEqual(idsOf(happened))
    expect(pages.map(({ body }) => [body.total, body['page'], body['has_next']])).toEqual([
      [8, 1, true],
      [8, 2, true],
      [8, 3, false],
      [8, 4, false],
    ])
  })

  it('gives pages by cursor, also through events of the same instant, without a total', async () => {
    const seen: string[] = []
    let answer = await list('?limit=2')
    for (;;) {
      seen.push(...idsIn(answer))
      if (answer.body.next_cursor === null) break
      answer = await list(`?limit=2&cursor=${answer.body.next_cursor}`)
      expect(answer.body).toMatchObject({ total: null, page: null })
    }
    expect(seen).toEqual(idsOf(happened))
  })

  it('shows another organisation its own and nothing of this one', async () => {
    expect(idsIn(await list('', otherOrg))).toEqual([theirs.id])
    expect(idsIn(await list(`?entity_id=${unit}`, otherOrg))).toEqual([])
    const { body } = await list('?limit=2')
    const stolen = await list(`?limit=2&cursor=${body.next_cursor}`, otherOrg)
    expect(stolen).toMatchObject({ status: 400, body: { code: 'validation-failed' } })
  })

  it.each([
    '?entity_type=Spaceship',
    '?actor=ben',
    '?action=create',
    '?from=2026-03-01',
    '?from=2026-03-02T00:00:00Z&to=2026-03-01T00:00:00Z',
    '?sort=action',
    '?limit=101',
    '?page=1&cursor=x',
    '?cursor=x',
    '?who=me',
  ])('refuses %s', async (query) => {
    expect(await list(query)).toMatchObject({ status: 400, body: { code: 'validation-failed' } })
  })
})

describe('GET /audit/{id}', () => {
  it('gives one event', async () => {
    const answer = await audit.get(`/audit/${told[0]!.id}`, member('staff'))
    expect(answer).toMatchObject({ status: 200, body: { id: told[0]!.id, org_id: orgId } })
  })

  it('knows another organisation’s event as little as one that never was', async () => {
    const problems = await Promise.all(
      [theirs.id, uuidv7()].map(async (id) => {
        const { status, body } = await audit.get(`/audit/${id}`, member('admin'))
        return { status, ...body, instance: undefined, request_id: undefined }
      }),
    )
    expect(problems[0]).toMatchObject({ status: 404, code: 'not-found' })
    expect(problems[0]).toEqual(problems[1])
  })
})

describe('GET /audit/verify', () => {
  it('verifies the caller’s organisation, and finds what was changed behind the service’s back', async () => {
    const whole = await audit.get('/audit/verify', member('admin'))
    expect(whole).toMatchObject({
      status: 200,
      body: { verified: true, events: told.length, first_broken_id: null },
    })
    await audit.store.admin('alter table audit_event disable trigger all')
    await audit.store.admin(`update audit_event set after_json = '{}' where id = $1`, [told[2]!.id])
    const broken = await audit.get('/audit/verify', member('admin'))
    expect(broken).toMatchObject({ status: 200, body: { verified: false, first_broken_id: told[2]!.id } })
    expect(await audit.get('/audit/verify', member('admin', otherOrg))).toMatchObject({
      body: { verified: true, events: 1 },
    })

    await audit.store.admin(`update audit_event set after_json = $2 where id = $1`, [
      told[2]!.id,
      told[2]!.data.after,
    ])
    await audit.store.admin('alter table audit_event enable always trigger append_only')
    expect(await audit.get('/audit/verify', member('admin'))).toMatchObject({ body: { verified: true } })
  })
})

describe('Reading the audit', () => {
  it.each([
    ['/audit', ['staff', 'admin']],
    [`/audit/${told[0]!.id}`, ['staff', 'admin']],
    ['/audit/verify', ['admin']],
  ])('%s is for %s', async (path, allowed) => {
    for (const role of ['student', 'staff', 'admin'] as const) {
      const { status, body } = await audit.get(path, member(role))
      if (allowed.includes(role)) expect(status).toBe(200)
      else expect({ status, code: body.code }).toEqual({ status: 403, code: 'forbidden' })
    }
    expect(await audit.get(path)).toMatchObject({ status: 401, body: { code: 'unauthenticated' } })
  })
})

describe('The audit over gRPC', () => {
  const asked = { org_id: orgId, entity_type: '', entity_id: '', limit: 0 }
  const asMember = (role: Role, org = orgId) => ({
    statement: {
      session: { userId: ada, sessionId: uuidv7() },
      member: { orgId: org, roles: [role] },
    },
  })

  it('lists events, newest first', async () => {
    const { events } = await grpc.listEvents(asked, asMember('staff'))
    expect(events.map(({ id }) => id)).toEqual(idsOf(happened))
    const { events: units } = await grpc.listEvents(
      { ...asked, entity_type: 'ResourceUnit', entity_id: unit, limit: 1 },
      asMember('staff'),
    )
    expect(units).toMatchObject([{ id: told[4]!.id, action: 'SOFT_DELETE', actor_user_id: ben }])
    expect(JSON.parse(units[0]!.after_json)).toEqual(told[4]!.data.after)
  })

  it('verifies', async () => {
    expect(await grpc.verify({ org_id: orgId }, asMember('admin'))).toMatchObject({
      verified: true,
      events: told.length,
      first_broken_id: '',
    })
  })

  it('is for members who may read the audit, and for no service in its own name', async () => {
    const refused = { code: 'forbidden' }
    await expect(grpc.listEvents(asked)).rejects.toMatchObject(refused)
    await expect(grpc.listEvents(asked, asMember('student'))).rejects.toMatchObject(refused)
    await expect(grpc.listEvents(asked, asMember('admin', otherOrg))).rejects.toMatchObject(refused)
    await expect(grpc.verify({ org_id: orgId }, asMember('staff'))).rejects.toMatchObject(refused)
  })

  it('refuses what it does not understand', async () => {
    const refused = { code: 'validation-failed' }
    await expect(grpc.listEvents({ ...asked, limit: 101 }, asMember('staff'))).rejects.toMatchObject(refused)
    await expect(grpc.listEvents({ ...asked, entity_type: 'X' }, asMember('staff'))).rejects.toMatchObject(
      refused,
    )
  })
})
