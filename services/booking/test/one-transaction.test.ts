import { randomUUID } from 'node:crypto'
import diagnostics from 'node:diagnostics_channel'

import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { inHours, scaled } from '@kitroom/testing'
import { Client } from 'pg'

import { type BookingSystem, bookingSystem, type Equipment, type Person } from './booking-system.ts'
import { sentStatements } from './sent-statements.ts'

/** The statements a use case consists of, by what they begin with. The first that fits counts. */
const STATEMENTS: [RegExp, string][] = [
  [/^begin$/i, 'begin'],
  [/^commit$/i, 'commit'],
  [/^savepoint/i, 'savepoint'],
  [/^rollback to savepoint/i, 'take back'],
  [/^rollback$/i, 'roll back'],
  [/^select set_config\('app\.org_id', \$1, true\).*pg_try_advisory_xact_lock/, 'tenant and key lock'],
  [/^select set_config\('app\.org_id', \$1, true\)/, 'tenant'],
  [/^select set_config\('role', \$1, true\)/, 'become the jobs'],
  [/^select fingerprint.* from idempotency_key/, 'look the key up'],
  [
    /^select pg_advisory_xact_lock\(key\) from \( select distinct [^;]*? from unnest\([^)]*\) as name order by key \) as sorted$/,
    'lock',
  ],
  [/^select asked\.user_id, clock_timestamp\(\) as now, late\.returns/, 'read the record of the borrower'],
  [/^select resource_id, item_id, unit_id, lower/, 'look ahead'],
  [/^select resource_id, unit_ids::text\[\] from settled_supply/, 'is it up to date'],
  [/^select item_id.* from occupancy/, 'read the occupancy'],
  [/^select .* from "booking"\."booking" .*for update/, 'read the booking for update'],
  [/^select .* from "booking"\."booking_item"/, 'read its items'],
  [/^select .* from "booking"\."booking_status_change"/, 'read its history'],
  [/^select resource_id.* from booking_item/, 'read the wishes'],
  [/^insert into booking \(/, 'write the booking'],
  [/^update "booking"\."booking" .*"version" = "version" \+ 1 .* and "version" = \d+ /, 'update the booking'],
  [/^insert into (booking_item|"booking"\."booking_item")/, 'write its items'],
  [/^update "booking"\."booking_item"/, 'update its items'],
  [/^insert into (booking_status_change|"booking"\."booking_status_change")/, 'write its history'],
  [/^insert into occupancy/, 'take the units'],
  [/^delete from occupancy/, 'free the units'],
  [/^update occupancy set collected/, 'collect the units'],
  [/^insert into outbox/, 'write the event'],
  [/^insert into refused_demand/, 'keep what was refused'],
  [/^insert into idempotency_key/, 'store the answer'],
]

let system: BookingSystem
let student: Person
let staff: Person
let lamp: Equipment

/** Everything sent to PostgreSQL by this process. */
const query = jest.spyOn(Client.prototype, 'query')
/** Every gRPC call of this process. */
const call = jest.fn<(message: unknown) => void>()

beforeAll(async () => {
  diagnostics.subscribe('http2.client.stream.start', call)
  system = await bookingSystem()
  student = system.person('student')
  staff = system.person('staff')
  // The ORM looks around on its first connection.
  await system.send(student, 'GET', '/bookings')
})
afterAll(async () => {
  diagnostics.unsubscribe('http2.client.stream.start', call)
  query.mockRestore()
  await system[Symbol.asyncDispose]()
})
beforeEach(() => {
  query.mockClear()
  call.mockClear()
  lamp = system.equip(student.orgId, 'Lamp', 1)
})

const wish = (from: number, more: object = {}) => ({
  start_at: inHours(from),
  end_at: inHours(from + 1),
  items: [{ resource_id: lamp.id, quantity: 1 }],
  ...more,
})
const book = (body: object, as = student) => system.send(as, 'POST', '/bookings', { body, key: randomUUID() })
const act = (id: string, verb: string, as = staff) => system.send(as, 'POST', `/bookings/${id}/${verb}`)

const show = (id: string) => system.send(staff, 'GET', `/bookings/${id}`)
const pause = (ms: number) => new Promise<false>((resolve) => setTimeout(resolve, ms, false))

interface Sample {
  idle_ms: number
  locks: number
  waiting: number
}

/** For how long the service has left a transaction open at most, how many advisory locks it holds, and how many wait for a lock. */
const OPEN = `
  select coalesce(max(extract(epoch from clock_timestamp() - state_change) * 1000)
           filter (where state like 'idle in transaction%'), 0)::int as idle_ms,
    (select count(*)::int from pg_locks join pg_stat_activity using (pid)
     where locktype = 'advisory' and application_name = 'kitroom-booking' and datname = current_database()) as locks,
    count(*) filter (where wait_event_type = 'Lock')::int as waiting
  from pg_stat_activity where datname = current_database() and application_name = 'kitroom-booking'`

function nameOf(sent: string): string {
  const text = sent.replaceAll(/\s+/g, ' ')
  return STATEMENTS.find(([pattern]) => pattern.test(text))?.[1] ?? text
}

/**
 * What happened since the test began, in its order: the statements of its transactions, each named, and the calls of
 * neighbours.
 */
function happened(): string[] {
  const kept = sentStatements(query).map(({ order, text }) => ({ order, name: nameOf(text) }))
  const calls = call.mock.invocationCallOrder.map((order) => ({ order, name: 'ask a neighbour' }))
  return [...kept, ...calls].toSorted((a, b) => a.order - b.order).map(({ name }) => name)
}

/** The same, with what is asked at once before the transaction as one; a policy that is remembered is not asked for. */
const inOrder = () =>
  happened().filter((name, index, names) => name !== 'ask a neighbour' || names[index - 1] !== name)

describe('the transaction of a booking (CON-3)', () => {
  it('asks first, then is one: tenant, key, lock by itself, look, write, event, answer, commit', async () => {
    expect((await book(wish(1))).status).toBe(201)
    expect(inOrder()).toEqual([
      'ask a neighbour',
      'begin',
      'tenant and key lock',
      'look the key up',
      'savepoint',
      'look ahead',
      'lock',
      'read the record of the borrower',
      'is it up to date',
      'read the occupancy',
      'write the booking',
      'write its items',
      'write its history',
      'take the units',
      'write the event',
      'store the answer',
      'commit',
    ])
  })

  it('locks before it reads, also when a booking is changed or submitted', async () => {
    const { body } = await book(wish(1, { status: 'DRAFT' }))
    query.mockClear()
    call.mockClear()
    expect((await act(body.id, 'submit', student)).status).toBe(200)
    expect(inOrder()).toEqual([
      ...['read the wishes', 'ask a neighbour'],
      ...['begin', 'tenant', 'lock', 'read the booking for update', 'read its items', 'read its history'],
      'read the record of the borrower',
      ...['is it up to date', 'read the occupancy', 'update its items', 'update the booking'],
      'write its history',
      ...['take the units', 'write the event', 'commit'],
    ])
    query.mockClear()
    call.mockClear()
    const changed = await system.send(student, 'PATCH', `/bookings/${body.id}`, {
      body: { end_at: inHours(3) },
      ifMatch: '*',
    })
    expect(changed.status).toBe(200)
    expect(inOrder()).toEqual([
      ...['read the wishes', 'ask a neighbour'],
      ...['begin', 'tenant', 'lock', 'read the booking for update', 'read its items', 'read its history'],
      'read the record of the borrower',
      ...['free the units', 'is it up to date', 'read the occupancy', 'update the booking'],
      ...['take the units', 'write the event', 'commit'],
    ])
  })

  const STAYING = ['take back', 'store the answer', 'keep what was refused', 'commit']

  it('takes back all but the refusal when it is refused', async () => {
    const pair = system.equip(student.orgId, 'Lamp', 2)
    const [first, second] = pair.units.map(({ id }) => [{ resource_unit_id: id }])
    await book(wish(1, { items: first }))
    await book(wish(2, { items: second }))
    query.mockClear()
    call.mockClear()
    // At each hour one of the two is free, so that nothing is seen ahead; none is for both.
    const items = [{ resource_id: pair.id, quantity: 1 }]
    expect((await book(wish(1, { items, end_at: inHours(3) }), staff)).status).toBe(409)
    const names = happened()
    expect(names).toContain('lock')
    expect(names.slice(names.indexOf('take back'))).toEqual(STAYING)
  })

  it('waits for no lock when it comes too late', async () => {
    await book(wish(1))
    query.mockClear()
    call.mockClear()
    // By its id, which nobody wanted a moment ago.
    const items = [{ resource_unit_id: lamp.units[0]?.id }]
    expect((await book(wish(1, { items }), staff)).status).toBe(409)
    expect(inOrder()).toEqual([
      ...['ask a neighbour', 'begin', 'tenant and key lock', 'look the key up', 'savepoint', 'look ahead'],
      'read the record of the borrower',
      ...STAYING,
    ])
  })

  it('waits for a lock two seconds at most', async () => {
    const settings = await system.database.admin<{ setting: string }>(
      'select unnest(rolconfig) as setting from pg_roles where rolname = $1',
      [new URL(system.database.url).username],
    )
    expect(settings.map(({ setting }) => setting)).toContain('lock_timeout=2s')
  })
})

describe('while a transaction is open (CON-9)', () => {
  it('no neighbour is asked, in any step of a booking’s life', async () => {
    // An organisation whose policy nobody remembers yet.
    const orgId = randomUUID()
    const [student, staff] = [system.person('student', orgId), system.person('staff', orgId)]
    lamp = system.equip(orgId, 'Lamp', 1)
    const { body } = await book(wish(0, { on_behalf_of: student.userId, status: 'DRAFT' }), staff)
    await system.send(student, 'PATCH', `/bookings/${body.id}`, {
      body: { items: wish(0).items },
      ifMatch: '*',
    })
    for (const [verb, as] of [
      ['submit', student],
      ['approve', staff],
      ['checkout', staff],
      ['return', staff],
    ] as const) {
      expect((await act(body.id, verb, as)).status).toBe(200)
    }
    let open = 0
    let asked = 0
    for (const name of happened()) {
      if (name === 'begin') open += 1
      if (name === 'commit' || name === 'roll back') open -= 1
      if (name !== 'ask a neighbour') continue
      asked += 1
      expect(open).toBe(0)
    }
    expect(open).toBe(0)
    expect(asked).toBeGreaterThanOrEqual(5)
  })

  it.each([
    ['answers after 600 ms', 600, 201],
    ['does not answer in time', 2_000, 503],
  ])(
    'an inventory that %s keeps no transaction and no lock, and nobody else waiting',
    async (_, ms, status) => {
      const { body: pending } = await book(wish(1))
      system.delayInventory(ms)
      const started = performance.now()
      const slow = book(wish(5))
      const isAnswered = slow.then(() => true)
      const samples: Sample[] = []
      const waits: number[] = []
      let looks = 0
      do {
        const sampled = await system.database.admin<Sample>(OPEN)
        // What is seen later may be the booking's own transaction, which begins when inventory has answered.
        if (performance.now() - started < ms) samples.push(...sampled)
        looks += 1
        const began = performance.now()
        const step = looks === 1 ? 'approve' : 'cancel'
        const bystander = await (looks < 3 ? act(pending.id, step) : show(pending.id))
        expect(bystander.status).toBe(200)
        waits.push(performance.now() - began)
      } while (!(await Promise.race([isAnswered, pause(50)])))
      system.delayInventory(0)
      expect((await slow).status).toBe(status)
      expect(samples).not.toHaveLength(0)
      expect(Math.max(...samples.map(({ idle_ms }) => idle_ms))).toBeLessThan(500)
      expect(Math.max(...samples.map(({ locks }) => locks))).toBe(0)
      expect(Math.max(...samples.map(({ waiting }) => waiting))).toBe(0)
      console.info(`${waits.length} others, the slowest after ${Math.max(...waits).toFixed(0)} ms`)
      expect(Math.max(...waits)).toBeLessThan(scaled(1_900, 1_000))
    },
  )
})
