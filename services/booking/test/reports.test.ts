import { randomUUID } from 'node:crypto'

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Demand, NoShows, OverdueEntry, Utilization } from '@kitroom/contracts'
import { until } from '@kitroom/testing'

import { type BookingSystem, bookingSystem, type Equipment, type Person } from './booking-system.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const NOW = Date.now()
const time = (ms: number) => new Date(NOW + ms).toISOString()

interface Body<Entry> {
  data: Entry[]
  total: number | null
  has_next: boolean
  next_cursor: string | null
}

let system: BookingSystem

beforeAll(async () => {
  system = await bookingSystem({ lookoutSeconds: 0.2 })
})
afterAll(async () => {
  await system[Symbol.asyncDispose]()
})

/** An organisation of its own, so that reports are of one test. */
const organization = () => {
  const org = randomUUID()
  return {
    org,
    ann: system.person('student', org),
    bob: system.person('student', org),
    desk: system.person('staff', org),
    equip: (units = 1, name = `Lamp ${randomUUID()}`) => system.equip(org, name, units),
  }
}
const any = ({ id }: Equipment, quantity = 1) => ({ resource_id: id, quantity })
const ask = (as: Person, method: string, path: string, body?: object, key?: string) =>
  system.send(as, method, path, {
    ...(body === undefined ? {} : { body }),
    ...(key === undefined ? {} : { key }),
  })
const report = async <Entry>(as: Person, path: string) => {
  const answer = await ask(as, 'GET', `/reports/${path}`)
  expect(answer.status).toBe(200)
  return answer.body as unknown as Body<Entry>
}
const request = (
  as: Person,
  items: object[],
  start: number,
  end: number,
  more: object = {},
  key: string = randomUUID(),
) => ask(as, 'POST', '/bookings', { start_at: time(start), end_at: time(end), items, ...more }, key)
const step = async (desk: Person, id: string, verb: string, body: object = {}) => {
  expect([verb, (await ask(desk, 'POST', `/bookings/${id}/${verb}`, body)).status]).toEqual([verb, 200])
}
/** A loan for somebody that was handed out at its start, which lies in the past. */
const lend = async (desk: Person, borrower: Person, items: object[], start: number, end: number) => {
  const { body } = await request(desk, items, start, end, { on_behalf_of: borrower.userId })
  await step(desk, body.id, 'approve')
  await step(desk, body.id, 'checkout', { picked_up_at: time(start) })
  return body
}

describe('every report', () => {
  it.each(['utilization', 'overdue', 'demand', 'no-shows'])(
    '%s is for staff, and of one organisation',
    async (name) => {
      const { ann, desk } = organization()
      expect((await ask(ann, 'GET', `/reports/${name}`)).status).toBe(403)
      expect(await report(desk, name)).toEqual({
        data: [],
        total: 0,
        page: 1,
        limit: 20,
        has_next: false,
        next_cursor: null,
      })
      const other = organization()
      await lend(other.desk, other.ann, [any(other.equip())], -3 * DAY, -DAY)
      expect((await report(desk, name)).data).toEqual([])
    },
  )

  it.each([
    ['utilization', 'from=2026-03-01T00:00:00Z&to=2026-02-01T00:00:00Z', 'to'],
    ['demand', 'from=2024-01-01T00:00:00Z&to=2026-02-01T00:00:00Z', 'to'],
    ['demand', `from=${time(HOUR)}`, 'from'],
    ['no-shows', `from=${time(-367 * DAY)}`, 'from'],
    ['utilization', 'sort=units', 'sort'],
    ['overdue', 'kind=LATE', 'kind'],
    ['overdue', 'from=2026-03-01T00:00:00Z', 'from'],
  ])('%s?%s is refused for %s', async (name, query, parameter) => {
    const { desk } = organization()
    const { status, body } = await ask(desk, 'GET', `/reports/${name}?${query}`)
    expect([status, body['errors']]).toEqual([400, [expect.objectContaining({ parameter })]])
  })
})

describe('the report of use', () => {
  it('goes by the opening hours and closures of the policy, in the organisation’s zone', async () => {
    const { org, ann, desk, equip } = organization()
    const day = [{ opens: '09:00', closes: '17:00' }]
    system.rule(org, {
      timezone: 'America/New_York',
      opening_hours: {
        ...{ monday: day, tuesday: day, wednesday: day, thursday: day, friday: day },
        ...{ saturday: [], sunday: [] },
      },
      closures: [{ from: '2026-02-18', to: '2026-02-19', reason: 'Moving' }],
    })
    const lamp = equip(1, 'Lamp')
    const [out, back] = ['2026-02-10T15:00:00.000Z', '2026-02-20T15:00:00.000Z'].map(
      (text) => Date.parse(text) - NOW,
    )
    const loan = await lend(desk, ann, [any(lamp)], out ?? 0, back ?? 0)
    await step(desk, loan.id, 'return', { returned_at: time(back ?? 0) })
    // In New York from Tuesday 10:00 to Friday 10:00 of the week after, of which two days were closed.
    const query = `from=2026-02-09T05:00:00Z&to=2026-02-23T05:00:00Z&sort=week&resource_id=${lamp.id}`
    const { data, total } = await report<Utilization>(desk, `utilization?${query}`)
    expect(total).toBe(2)
    expect(data).toMatchObject([
      { week: '2026-W07', hours_open: 40, hours_lent: 31, utilization: 0.775, resource_name: 'Lamp' },
      { week: '2026-W08', hours_open: 24, hours_lent: 17, utilization: 0.7083 },
    ])
    expect(data[0]?.week_starts_at).toBe('2026-02-09T05:00:00.000Z')
  })

  it('has all resources of the organisation, in however many messages they are told', async () => {
    const { desk, equip } = organization()
    for (let number = 0; number < 7; number++) equip(1, `Lamp ${number}`)
    const { total, data } = await report<Utilization>(desk, 'utilization?limit=8')
    expect(total).toBe(7 * 12)
    expect(data.map(({ resource_name }) => resource_name)).toEqual([
      ...Array.from({ length: 7 }, (_, number) => `Lamp ${number}`),
      'Lamp 0',
    ])
  })
})

describe('the report of what is overdue', () => {
  it('has each loan beyond its end: who, what, how late, what it would cost, and who waits', async () => {
    const { org, ann, bob, desk, equip } = organization()
    system.rule(org, { currency: 'CHF', fine: { unit: 'HOUR', amount_cents: 100, grace_minutes: 0 } })
    const lamps = equip(2)
    const { body: early } = await request(desk, [any(lamps, 2)], -5 * HOUR, -2 * HOUR, {
      on_behalf_of: ann.userId,
    })
    await step(desk, early.id, 'approve')
    const { body: later } = await request(bob, [any(lamps)], 3 * HOUR, 4 * HOUR)
    const { body: next } = await request(bob, [any(lamps, 2)], HOUR, 2 * HOUR)
    await step(desk, early.id, 'checkout', { picked_up_at: time(-5 * HOUR) })

    const { data, total } = await report<OverdueEntry>(desk, 'overdue?kind=OVERDUE')
    expect(total).toBe(1)
    const [entry] = data
    expect(entry).toEqual({
      kind: 'OVERDUE',
      booking_id: early.id,
      status: 'CHECKED_OUT',
      user_id: ann.userId,
      user_name: 'A',
      user_email: 'a@b.example',
      start_at: time(-5 * HOUR),
      end_at: time(-2 * HOUR),
      since: time(-2 * HOUR),
      reason: null,
      units: early.items.map(({ resource_unit_id }) => ({
        resource_unit_id,
        resource_id: lamps.id,
        resource_name: lamps.name,
        barcode: resource_unit_id,
      })),
      hours_late: expect.closeTo(2, 1),
      fine_cents: 300,
      currency: 'CHF',
      next_booking: { id: next.id, start_at: time(HOUR), at_risk: expect.any(Boolean) },
    })

    // Whoever is next is flagged within a moment, and so is who follows within a day.
    const risky = async () => (await report<OverdueEntry>(desk, 'overdue?kind=AT_RISK&sort=start_at')).data
    const [first, second] = await until(risky, ({ length }) => length >= 2)
    expect(first).toMatchObject({
      kind: 'AT_RISK',
      booking_id: next.id,
      status: 'PENDING',
      user_id: bob.userId,
      reason: 'unit-overdue',
      hours_late: null,
      fine_cents: null,
      currency: null,
      next_booking: null,
    })
    expect(first?.units.map((unit) => unit.resource_unit_id).toSorted()).toEqual(
      lamps.units.map(({ id }) => id).toSorted(),
    )
    expect(second?.booking_id).toBe(later.id)
    const all = await report<OverdueEntry>(desk, 'overdue')
    expect(all.data.map(({ kind }) => kind)).toEqual(['OVERDUE', 'AT_RISK', 'AT_RISK'])
    expect(all.data[0]?.next_booking?.at_risk).toBe(true)

    await step(desk, early.id, 'return')
    const left = await until(
      () => report(desk, 'overdue'),
      ({ total }) => total === 0,
    )
    expect(left.data).toEqual([])
  })

  it('tells what is still out of a loan, and leaves out what came back or never went', async () => {
    const { ann, desk, equip } = organization()
    const lamps = equip(3)
    const loan = await lend(desk, ann, [any(lamps, 3)], -3 * HOUR, -HOUR)
    const [back, out, never] = loan.items
    const set = (what: string, id: string | undefined) =>
      system.database.admin(`update booking_item set ${what} where id = $1`, [id])
    await set('returned_at = now()', back?.id)
    await set('handed_out_at = null', never?.id)
    const { data } = await report<OverdueEntry>(desk, 'overdue')
    expect(data[0]?.units.map((unit) => unit.resource_unit_id)).toEqual([out?.resource_unit_id])
    // What is waited for is told only of a booking that is at risk and has time left.
    await set('returned_at = now()', out?.id)
    expect(await report(desk, 'overdue')).toMatchObject({ data: [], total: 0 })
  })

  it('is sorted and paged like any list', async () => {
    const { ann, desk, equip } = organization()
    const ids: string[] = []
    for (const days of [1, 3, 2])
      ids.push((await lend(desk, ann, [any(equip())], -9 * DAY + days, -days * DAY)).id)
    const [one, three, two] = ids
    const list = async (query: string) =>
      (await report<OverdueEntry>(desk, `overdue?${query}`)).data.map(({ booking_id }) => booking_id)
    expect(await list('')).toEqual([three, two, one])
    expect(await list('sort=-since')).toEqual([one, two, three])
    const first = await report<OverdueEntry>(desk, 'overdue?limit=2')
    expect([first.total, first.has_next]).toEqual([3, true])
    expect(await list(`limit=2&cursor=${first.next_cursor ?? ''}`)).toEqual([one])
  })
})

describe('the report on demand', () => {
  const demand = (desk: Person, query = '') => report<Demand>(desk, `demand${query}`)
  const refusals = (org: string) =>
    system.database.admin<{
      user_id: string
      units: number
      resource_id: string
      start_at: Date
      end_at: Date
    }>(
      'select user_id, units, resource_id, start_at, end_at from refused_demand where org_id = $1 order by at',
      [org],
    )

  it('counts what was granted and what was refused, by resource and with names', async () => {
    const { org, ann, bob, desk, equip } = organization()
    const [lamp, stand] = [equip(), equip(3)]
    expect((await request(ann, [any(lamp), any(stand)], HOUR, 2 * HOUR)).status).toBe(201)
    for (const who of [bob, bob, ann])
      expect((await request(who, [any(lamp)], HOUR, 2 * HOUR)).status).toBe(409)
    const { data, total } = await demand(desk)
    expect(total).toBe(2)
    expect(data).toEqual([
      {
        resource_id: lamp.id,
        resource_name: lamp.name,
        requests: 4,
        granted: 1,
        refused: 3,
        waitlisted: 0,
        borrowers_refused: 2,
        share_refused: 0.75,
      },
      {
        resource_id: stand.id,
        resource_name: stand.name,
        requests: 1,
        granted: 1,
        refused: 0,
        waitlisted: 0,
        borrowers_refused: 0,
        share_refused: 0,
      },
    ])
    expect((await refusals(org)).at(-1)).toEqual({
      user_id: ann.userId,
      units: 1,
      resource_id: lamp.id,
      start_at: new Date(NOW + HOUR),
      end_at: new Date(NOW + 2 * HOUR),
    })
  })

  it('counts a refusal for what was full, and not for what was free beside it', async () => {
    const { org, ann, bob, equip } = organization()
    const [lamp, stand] = [equip(), equip(3)]
    await request(ann, [any(lamp)], HOUR, 2 * HOUR)
    const refused = await request(bob, [any(stand), any(lamp)], HOUR, 2 * HOUR)
    expect([refused.status, refused.body['resource_ids']]).toEqual([409, [lamp.id]])
    expect((await refusals(org)).map(({ resource_id }) => resource_id)).toEqual([lamp.id])
  })

  it('counts refused changes and submissions too, for whoever would have got it', async () => {
    const { org, ann, bob, desk, equip } = organization()
    const lamps = equip(2)
    const { body: first } = await request(ann, [any(lamps, 2)], HOUR, 2 * HOUR)
    const draft = await request(bob, [any(lamps, 2)], HOUR, 2 * HOUR, { status: 'DRAFT' })
    expect((await ask(bob, 'POST', `/bookings/${draft.body.id}/submit`)).status).toBe(409)
    const { body: other } = await request(bob, [any(lamps)], 3 * HOUR, 4 * HOUR)
    const moved = await system.send(desk, 'PATCH', `/bookings/${other.id}`, {
      body: { start_at: time(1.5 * HOUR) },
      ifMatch: '*',
    })
    expect(moved.status).toBe(409)
    expect((await refusals(org)).map(({ user_id, units, start_at }) => [user_id, units, start_at])).toEqual([
      [bob.userId, 2, new Date(NOW + HOUR)],
      [bob.userId, 1, new Date(NOW + 1.5 * HOUR)],
    ])
    // A draft asks for nothing until it is submitted; then it counts once, whatever happens to it later.
    expect((await demand(desk)).data).toMatchObject([{ granted: 2, refused: 2, borrowers_refused: 1 }])
    await ask(ann, 'POST', `/bookings/${first.id}/cancel`)
    expect((await ask(bob, 'POST', `/bookings/${draft.body.id}/submit`)).status).toBe(200)
    await step(desk, draft.body.id, 'approve')
    expect((await demand(desk)).data).toMatchObject([{ granted: 3, refused: 2 }])
    // What was granted before the time of the report is not granted again by being approved within it.
    await system.database.admin(
      `update booking_status_change set at = at - interval '100 days' where booking_id = $1 and status <> 'APPROVED'`,
      [draft.body.id],
    )
    expect((await demand(desk)).data).toMatchObject([{ granted: 2, refused: 2 }])
  })

  it('counts who waits, and what becomes a booking of it; joining instead of booking is no refusal', async () => {
    const { org, ann, bob, desk, equip } = organization()
    const [lamp, stand] = [equip(), equip(3)]
    const { body: first } = await request(ann, [any(lamp)], HOUR, 2 * HOUR)
    const joined = await request(bob, [any(lamp), any(stand)], HOUR, 2 * HOUR, { waitlist: true })
    expect(joined.status).toBe(202)
    expect(await refusals(org)).toEqual([])
    expect((await demand(desk, '?sort=-waitlisted,-granted')).data).toMatchObject([
      { resource_id: lamp.id, requests: 2, granted: 1, refused: 0, waitlisted: 1, share_refused: 0 },
      { resource_id: stand.id, requests: 1, granted: 0, refused: 0, waitlisted: 1 },
    ])
    await ask(ann, 'POST', `/bookings/${first.id}/cancel`)
    const offered = async () =>
      (await ask(bob, 'GET', '/waitlist')).body as unknown as { data: { id: string; status: string }[] }
    const {
      data: [entry],
    } = await until(offered, ({ data }) => data[0]?.status === 'OFFERED')
    expect((await ask(bob, 'POST', `/waitlist/${entry?.id ?? ''}/accept`)).status).toBe(200)
    expect((await demand(desk, `?resource_id=${lamp.id}`)).data).toMatchObject([
      { granted: 2, waitlisted: 1 },
    ])
  })

  it('counts a request once, however often it is repeated, and no other refusal', async () => {
    const { org, ann, bob, equip } = organization()
    const lamp = equip()
    await request(ann, [any(lamp)], HOUR, 2 * HOUR)
    const key = randomUUID()
    const answers = [await request(bob, [any(lamp)], HOUR, 2 * HOUR, {}, key)]
    answers.push(await request(bob, [any(lamp)], HOUR, 2 * HOUR, {}, key))
    expect(answers.map(({ status }) => status)).toEqual([409, 409])
    expect(answers[1]?.headers.get('idempotent-replayed')).toBe('true')
    expect(await refusals(org)).toHaveLength(1)
    await request(bob, [any(lamp)], -2 * HOUR, 2 * HOUR)
    await request(bob, [{ resource_id: randomUUID(), quantity: 1 }], HOUR, 2 * HOUR)
    lamp.lendable = false
    expect((await request(bob, [any(lamp)], 5 * HOUR, 6 * HOUR)).body['code']).toBe('resource-withdrawn')
    expect(await refusals(org)).toHaveLength(1)
  })

  it('costs nobody the refusal when it cannot be written', async () => {
    const { org, ann, bob, equip } = organization()
    const lamp = equip()
    await request(ann, [any(lamp)], HOUR, 2 * HOUR)
    await system.database.admin(
      'alter table refused_demand add constraint full_up check (units > 1) not valid',
    )
    try {
      const { status, body } = await request(bob, [any(lamp)], HOUR, 2 * HOUR)
      expect([status, body['code']]).toEqual([409, 'unit-unavailable'])
      expect(await refusals(org)).toEqual([])
    } finally {
      await system.database.admin('alter table refused_demand drop constraint full_up')
    }
  })

  it('is about when somebody asked, sorted, filtered and paged', async () => {
    const { org, ann, bob, desk, equip } = organization()
    const [lamp, stand] = [equip(), equip()]
    for (const item of [lamp, stand]) await request(ann, [any(item)], HOUR, 2 * HOUR)
    await request(bob, [any(stand)], HOUR, 2 * HOUR)
    await system.database.admin(`update refused_demand set at = at - interval '100 days' where org_id = $1`, [
      org,
    ])
    expect((await demand(desk)).data.map(({ refused }) => refused)).toEqual([0, 0])
    const long = `from=${time(-101 * DAY)}`
    expect((await demand(desk, `?${long}`)).data.map(({ resource_id }) => resource_id)).toEqual([
      stand.id,
      lamp.id,
    ])
    expect((await demand(desk, `?${long}&to=${time(-99 * DAY)}`)).data).toMatchObject([
      { resource_id: stand.id, granted: 0, refused: 1, share_refused: 1 },
    ])
    expect((await demand(desk, `?${long}&sort=refused`)).data.map(({ refused }) => refused)).toEqual([0, 1])
    expect((await demand(desk, `?resource_id=${lamp.id}`)).data).toMatchObject([{ resource_id: lamp.id }])
    const first = await demand(desk, `?${long}&limit=1`)
    expect([first.total, first.data[0]?.resource_id]).toEqual([2, stand.id])
    const second = await demand(desk, `?${long}&limit=1&cursor=${first.next_cursor ?? ''}`)
    expect([second.has_next, second.data[0]?.resource_id]).toEqual([false, lamp.id])
  })
})

describe('the report of no-shows', () => {
  const noShows = (desk: Person, query = '') => report<NoShows>(desk, `no-shows${query}`)

  it('has, by borrower, what was released and what was approved and never collected', async () => {
    const { ann, bob, desk, equip } = organization()
    const past = async (who: Person, day: number) => {
      const { body } = await request(desk, [any(equip())], -day * DAY, -day * DAY + HOUR, {
        on_behalf_of: who.userId,
      })
      await step(desk, body.id, 'approve')
      return body.id
    }
    const [missed, released] = [await past(ann, 3), await past(ann, 2)]
    await system.database.admin(
      `update booking set no_show_at = start_at + interval '30 minutes', status = 'CANCELLED' where id = $1`,
      [released],
    )
    await lend(desk, ann, [any(equip())], -4 * DAY, -4 * DAY + HOUR)
    await past(bob, 5)
    // These are none: at risk to the end, called off, never approved, or still to come.
    await system.database.admin(
      `update booking set at_risk_since = start_at, at_risk_reason = 'unit-overdue' where id = $1`,
      [await past(bob, 8)],
    )
    await step(desk, await past(bob, 6), 'cancel')
    await request(desk, [any(equip())], -7 * DAY, -6 * DAY, { on_behalf_of: bob.userId })
    const { body: coming } = await request(bob, [any(equip())], HOUR, 2 * HOUR)
    await step(desk, coming.id, 'approve')
    const { body: running } = await request(desk, [any(equip())], -HOUR, 2 * HOUR, {
      on_behalf_of: bob.userId,
    })
    await step(desk, running.id, 'approve')

    const { data, total } = await noShows(desk)
    expect(total).toBe(2)
    expect(data).toEqual([
      {
        user_id: ann.userId,
        user_name: 'A',
        user_email: 'a@b.example',
        no_shows: 2,
        released: 1,
        never_collected: 1,
        bookings: 3,
        share: 0.6667,
        latest_start_at: time(-2 * DAY),
        booking_ids: [released, missed],
      },
      expect.objectContaining({ user_id: bob.userId, no_shows: 1, bookings: 1, share: 1 }),
    ])
    // Whose time is over waits for nothing any more.
    expect((await report(desk, 'overdue?kind=AT_RISK')).data).toEqual([])
    expect((await noShows(desk, '?sort=-share')).data.map(({ user_id }) => user_id)).toEqual([
      bob.userId,
      ann.userId,
    ])
    expect((await noShows(desk, `?from=${time(-3 * DAY)}&to=${time(-2 * DAY)}`)).data).toMatchObject([
      { user_id: ann.userId, booking_ids: [missed] },
    ])
  })
})
