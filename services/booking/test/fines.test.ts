import { randomUUID } from 'node:crypto'

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { EntityChanged, Fine, Payment } from '@kitroom/contracts'

import { type Answer, type BookingSystem, bookingSystem, type Person } from './booking-system.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
/** When the loans of these tests end; they come back up to now. */
const END = Date.now() - 30 * DAY
const time = (ms: number) => new Date(ms).toISOString()

let system: BookingSystem
let student: Person
let other: Person
let staff: Person
/** Staff of another organisation. */
let stranger: Person

beforeAll(async () => {
  system = await bookingSystem()
  student = system.person('student')
  other = system.person('student')
  staff = system.person('staff')
  stranger = system.person('staff', randomUUID())
})
afterAll(async () => {
  await system[Symbol.asyncDispose]()
})

/** An organisation of its own, with people. */
const organization = () => {
  const org = randomUUID()
  return { org, ann: system.person('student', org), desk: system.person('staff', org) }
}
const fined = async (amountCents = 500, user = student, desk = staff): Promise<Fine> => {
  const body = { user_id: user.userId, amount_cents: amountCents, reason: 'A lens cap is missing.' }
  const made = await system.send(desk, 'POST', '/fines', { body })
  expect(made.status).toBe(201)
  return made.body as unknown as Fine
}
const list = async (as: Person, query = '') =>
  (await system.send(as, 'GET', `/fines${query}`)).body as unknown as { data: Fine[]; total: number }
const show = (id: string, as = staff) => system.send(as, 'GET', `/fines/${id}`)
const waive = (id: string, body: object = { reason: 'Our mistake.' }, as = staff, ifMatch = '*') =>
  system.send(as, 'POST', `/fines/${id}/waive`, { body, ifMatch })
const pay = (as: Person, fines: readonly Fine[], change: object = {}, key: string = randomUUID()) =>
  system.send(as, 'POST', '/fines/payments', {
    key,
    body: {
      fine_ids: fines.map(({ id }) => id),
      amount_cents: fines.reduce((sum, { amount_cents }) => sum + amount_cents, 0),
      currency: 'EUR',
      method: 'CARD',
      ...change,
    },
  })
const payment = ({ body }: Answer) => body as unknown as Payment

/** A loan that ended at END, handed out. */
const lent = async (borrower: Person, desk: Person) => {
  const { id } = system.equip(desk.orgId, 'Lamp', 1)
  const made = await system.send(desk, 'POST', '/bookings', {
    key: randomUUID(),
    body: {
      start_at: time(END - DAY),
      end_at: time(END),
      items: [{ resource_id: id, quantity: 1 }],
      on_behalf_of: borrower.userId,
    },
  })
  const step = (verb: string, body: object = {}) =>
    system.send(desk, 'POST', `/bookings/${made.body.id}/${verb}`, { body })
  await step('approve')
  expect((await step('checkout', { picked_up_at: time(END - DAY) })).status).toBe(200)
  return { id: made.body.id, back: (ms: number) => step('return', { returned_at: time(END + ms) }) }
}

/** The events about these entities, oldest first. */
const told = async (...ids: string[]) => {
  const rows = await system.database.admin<{ payload: string }>('select payload from outbox order by seq')
  return rows
    .map(({ payload }) => (JSON.parse(payload) as EntityChanged).data)
    .filter(({ entity_id }) => ids.includes(entity_id))
}
const numbers = async (org: string) =>
  (
    await system.database.admin<{ number: number }>(
      'select number from payment where org_id = $1 order by number',
      [org],
    )
  ).map(({ number }) => number)

describe('a return', () => {
  it.each([
    ['early', -HOUR, undefined],
    ['on time', 0, undefined],
    ['when the grace ends', HOUR, undefined],
    ['a millisecond after the grace', HOUR + 1, 500],
    ['a day late', DAY, 500],
    ['a day and a millisecond late', DAY + 1, 1000],
    ['ten days late', 10 * DAY, 5000],
    ['eleven days late, beyond the cap', 11 * DAY, 5000],
  ])(
    '%s makes the fine of the usual policy or none, counted from when it happened',
    async (_, late, cents) => {
      const borrower = system.person('student')
      const loan = await lent(borrower, staff)
      const returned = await loan.back(late)
      expect([returned.status, returned.body['status'], returned.body.id]).toEqual([200, 'RETURNED', loan.id])
      const { data } = await list(staff, `?booking_id=${loan.id}`)
      expect(data.map(({ amount_cents }) => amount_cents)).toEqual(cents === undefined ? [] : [cents])
      for (const fine of data) {
        expect(fine).toMatchObject({
          org_id: staff.orgId,
          user_id: borrower.userId,
          booking_id: loan.id,
          reason: `Returned late: due ${time(END)}, back ${time(END + late)}.`,
          currency: 'EUR',
          status: 'OPEN',
          version: 1,
          waiver_reason: null,
          payment_id: null,
        })
      }
    },
  )

  it('that is late makes one fine, however often and however many at once it is told', async () => {
    const loan = await lent(system.person('student'), staff)
    const answers = await Promise.all(Array.from({ length: 8 }, () => loan.back(2 * DAY)))
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, ...Array<number>(7).fill(409)])
    expect((await list(staff, `?booking_id=${loan.id}`)).total).toBe(1)
  })

  it('that is refused makes no fine', async () => {
    const loan = await lent(system.person('student'), staff)
    expect((await loan.back(40 * DAY)).status).toBe(400)
    expect((await list(staff, `?booking_id=${loan.id}`)).total).toBe(0)
  })

  it('is fined by the organisation’s own policy and in its currency', async () => {
    const { org, ann, desk } = organization()
    const fine = { unit: 'HOUR', amount_cents: 150, grace_minutes: 0, cap_cents: 400 } as const
    system.rule(org, { currency: 'CHF', fine })
    for (const late of [1, HOUR, HOUR + 1, 3 * HOUR]) await (await lent(ann, desk)).back(late)
    const { data } = await list(desk, '?sort=created_at')
    expect(data.map(({ amount_cents, currency }) => [amount_cents, currency])).toEqual([
      [150, 'CHF'],
      [150, 'CHF'],
      [300, 'CHF'],
      [400, 'CHF'],
    ])
  })

  it('costs nothing where the policy takes nothing', async () => {
    const { org, ann, desk } = organization()
    system.rule(org, { fine: { amount_cents: 0 } })
    await (await lent(ann, desk)).back(20 * DAY)
    expect((await list(desk)).total).toBe(0)
  })
})

describe('fines', () => {
  it('are imposed by staff, for a reason, on members and for their own bookings', async () => {
    const { ann, desk } = organization()
    const { id: bookingId } = await lent(ann, desk)
    const body = { user_id: ann.userId, booking_id: bookingId, amount_cents: 2500, reason: 'A broken lens.' }
    const impose = (change: object = {}, as = desk) =>
      system.send(as, 'POST', '/fines', { body: { ...body, ...change } })
    const made = await impose({ currency: 'EUR' })
    expect([made.status, made.headers.get('location'), made.headers.get('etag')]).toEqual([
      201,
      `/fines/${made.body.id}`,
      '"1"',
    ])
    expect(made.body).toMatchObject({ ...body, currency: 'EUR', status: 'OPEN' })
    expect((await show(made.body.id, desk)).body).toEqual(made.body)

    expect((await impose({}, ann)).status).toBe(403)
    expect((await impose({ reason: undefined })).status).toBe(400)
    expect((await impose({ amount_cents: 0 })).status).toBe(400)
    const foreign = await impose({ currency: 'CHF' })
    expect([foreign.status, foreign.body['errors']]).toEqual([
      400,
      [{ pointer: '/currency', detail: 'Fines of this organisation are in EUR.' }],
    ])
    expect((await impose({ user_id: student.userId })).status).toBe(404)
    expect((await impose({ booking_id: randomUUID() })).status).toBe(404)
    const others = await impose({ user_id: desk.userId })
    expect([others.status, others.body['errors']]).toEqual([
      400,
      [expect.objectContaining({ pointer: '/booking_id' })],
    ])
    expect((await list(desk)).total).toBe(1)
  })

  it('are listed to students as far as they are theirs and to staff all, filtered, sorted and paged', async () => {
    const { org, ann, desk } = organization()
    const bob = system.person('student', org)
    const [, second] = [await fined(300, ann, desk), await fined(100, ann, desk), await fined(200, bob, desk)]
    await waive(second.id, undefined, desk)
    const amounts = async (as: Person, query?: string) =>
      (await list(as, query)).data.map(({ amount_cents }) => amount_cents)
    expect(await amounts(ann)).toEqual([100, 300])
    expect(await amounts(ann, '?user=me&status=OPEN')).toEqual([300])
    expect(await amounts(desk)).toEqual([200, 100, 300])
    expect(await amounts(desk, `?user=${ann.userId}&sort=amount_cents`)).toEqual([100, 300])
    expect(await amounts(desk, '?status=OPEN&status=WAIVED&sort=-amount_cents')).toEqual([300, 200, 100])
    expect(await amounts(desk, '?user=me')).toEqual([])
    expect((await system.send(ann, 'GET', `/fines?user=${bob.userId}`)).status).toBe(403)
    expect((await system.send(desk, 'GET', '/fines?sort=reason')).status).toBe(400)
    expect(await amounts(stranger)).toEqual([])

    const first = await system.send(desk, 'GET', '/fines?sort=-amount_cents&limit=2')
    const cursor = String(first.body['next_cursor'])
    expect(await amounts(desk, `?sort=-amount_cents&limit=2&cursor=${cursor}`)).toEqual([100])
  })

  it('are shown to whoever owes them and to staff, and to nobody of another organisation', async () => {
    const { id } = await fined()
    expect((await show(id, student)).status).toBe(200)
    expect((await show(id, other)).status).toBe(403)
    expect((await show(id, stranger)).status).toBe(404)
    expect((await show(randomUUID())).status).toBe(404)
  })

  it('are let off by staff for a reason, once', async () => {
    const { id } = await fined()
    expect((await waive(id, {})).status).toBe(400)
    expect((await waive(id, undefined, student)).status).toBe(403)
    expect((await waive(id, undefined, stranger)).status).toBe(404)
    expect((await waive(id, undefined, staff, '"7"')).status).toBe(412)
    const waived = await waive(id, { reason: 'Our mistake.' }, staff, '"1"')
    expect([waived.status, waived.headers.get('etag')]).toEqual([200, '"2"'])
    expect(waived.body).toMatchObject({ status: 'WAIVED', waiver_reason: 'Our mistake.', version: 2 })
    expect((await show(id, student)).body).toEqual(waived.body)
    const again = await waive(id)
    expect([again.status, again.body['code']]).toEqual([409, 'invalid-transition'])
    expect(await told(id)).toMatchObject([
      { entity_type: 'Fine', action: 'CREATE', actor_user_id: staff.userId, after: { status: 'OPEN' } },
      {
        action: 'STATUS_CHANGE',
        before: { status: 'OPEN', version: 1 },
        after: { status: 'WAIVED', waiver_reason: 'Our mistake.', version: 2 },
      },
    ])
  })
})

describe('a payment', () => {
  it('of exactly what the fines cost pays them, for a receipt', async () => {
    const fines = [await fined(500), await fined(250)]
    const paid = await pay(student, fines)
    expect([paid.status, paid.headers.get('location')]).toEqual([201, `/fines/payments/${paid.body.id}`])
    expect(paid.body).toMatchObject({
      org_id: student.orgId,
      user_id: student.userId,
      fine_ids: fines.map(({ id }) => id).toSorted(),
      amount_cents: 750,
      currency: 'EUR',
      method: 'CARD',
    })
    for (const { id } of fines) {
      expect((await show(id)).body).toMatchObject({ status: 'PAID', payment_id: paid.body.id, version: 2 })
    }
    for (const as of [student, staff]) {
      expect((await system.send(as, 'GET', `/fines/payments/${paid.body.id}`)).body).toEqual(paid.body)
    }
    expect((await system.send(other, 'GET', `/fines/payments/${paid.body.id}`)).status).toBe(403)
    expect((await system.send(stranger, 'GET', `/fines/payments/${paid.body.id}`)).status).toBe(404)
    expect((await waive(fines[0]?.id ?? '')).status).toBe(409)
    const events = await told(paid.body.id, ...fines.map(({ id }) => id))
    expect(events.map(({ entity_type, action }) => `${entity_type} ${action}`).toSorted()).toEqual([
      'Fine CREATE',
      'Fine CREATE',
      'Fine STATUS_CHANGE',
      'Fine STATUS_CHANGE',
      'Payment CREATE',
    ])
    expect(events.find(({ entity_type }) => entity_type === 'Payment')?.after).toEqual(paid.body)
  })

  it.each([
    ['too little', { amount_cents: 499 }, '/amount_cents', '500 EUR'],
    ['too much', { amount_cents: 501 }, '/amount_cents', '500 EUR'],
    ['another currency', { currency: 'CHF' }, '/currency', 'EUR'],
  ])('of %s is refused with what is expected, and takes no number', async (_, change, pointer, expected) => {
    const fine = await fined(500)
    const before = await numbers(student.orgId)
    const refused = await pay(student, [fine], change)
    expect(refused.status).toBe(400)
    expect(refused.body).toMatchObject({
      code: 'validation-failed',
      errors: [{ pointer, detail: expect.stringContaining(expected) }],
    })
    expect((await show(fine.id)).body).toMatchObject({ status: 'OPEN', version: 1 })
    expect(await numbers(student.orgId)).toEqual(before)
    expect((await pay(student, [fine])).status).toBe(201)
  })

  it('repeated with its key is answered again, byte for byte, and with another key refused', async () => {
    const fines = [await fined()]
    const key = randomUUID()
    const first = await pay(student, fines, {}, key)
    const again = await pay(student, fines, {}, key)
    expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([201, 'true'])
    expect(again.body).toEqual(first.body)
    expect(again.headers.get('location')).toBe(first.headers.get('location'))
    const twice = await pay(student, fines)
    expect([twice.status, twice.body['code']]).toEqual([409, 'invalid-transition'])
    const reused = await pay(student, fines, { method: 'CASH' }, key)
    expect([reused.status, reused.body['code']]).toEqual([422, 'idempotency-key-reused'])
  })

  it('needs a key', async () => {
    const body = { fine_ids: [(await fined()).id], amount_cents: 500, currency: 'EUR', method: 'CASH' }
    const refused = await system.send(student, 'POST', '/fines/payments', { body })
    expect([refused.status, refused.body['code']]).toEqual([400, 'idempotency-key-missing'])
  })

  it('is of one’s own fines, unless staff enter it, and of one person’s', async () => {
    const [mine, theirs] = [await fined(), await fined(500, other)]
    expect((await pay(student, [theirs])).status).toBe(403)
    expect((await pay(student, [mine, theirs])).status).toBe(403)
    expect((await pay(stranger, [mine])).status).toBe(404)
    const unknown = { ...mine, id: randomUUID() }
    expect((await pay(student, [mine, unknown])).status).toBe(404)
    const both = await pay(staff, [mine, theirs])
    expect([both.status, both.body['errors']]).toEqual([
      400,
      [expect.objectContaining({ pointer: '/fine_ids' })],
    ])
    const entered = await pay(staff, [theirs], { method: 'CASH' })
    expect([entered.status, payment(entered).user_id]).toEqual([201, other.userId])
    expect((await show(mine.id)).body).toMatchObject({ status: 'OPEN' })
  })

  it('happens once when sixteen arrive together, and the receipts’ numbers have no gap', async () => {
    const { org, ann, desk } = organization()
    const rounds = await Promise.all(
      Array.from({ length: 6 }, async () => {
        const fines = [await fined(500, ann, desk), await fined(250, ann, desk)]
        // Named in both orders, so that locks taken as sent would wait for each other.
        const answers = await Promise.all(
          Array.from({ length: 16 }, (_, copy) => pay(ann, copy % 2 === 0 ? fines : fines.toReversed())),
        )
        return { fines, answers }
      }),
    )
    for (const { fines, answers } of rounds) {
      expect(answers.map(({ status }) => status).toSorted()).toEqual([201, ...Array<number>(15).fill(409)])
      const won = answers.filter(({ status }) => status === 201).map(payment)
      expect(won.map(({ fine_ids }) => fine_ids)).toEqual([fines.map(({ id }) => id).toSorted()])
    }
    expect(await numbers(org)).toEqual([1, 2, 3, 4, 5, 6])
  })

  it('takes numbers in each organisation by itself', async () => {
    const each = [organization(), organization()]
    for (const { org, ann, desk } of each) {
      for (let round = 0; round < 2; round++) await pay(ann, [await fined(100, ann, desk)])
      expect(await numbers(org)).toEqual([1, 2])
    }
  })

  it('gives its number back when its transaction fails after taking it', async () => {
    const { org, ann, desk } = organization()
    const fine = await fined(500, ann, desk)
    await system.database.admin(`
      create function refuse_payment() returns trigger language plpgsql as $$
      begin if new.amount_cents = 777 then raise 'no room left' using errcode = 'disk_full'; end if; return new; end $$;
      create trigger refuse_payment before insert on payment for each row execute function refuse_payment()`)
    expect((await pay(ann, [await fined(777, ann, desk)])).status).toBe(503)
    expect(payment(await pay(ann, [fine])).number).toBe(1)
    expect(await numbers(org)).toEqual([1])
  })

  it('of a fine that is paid is refused by the table itself, whatever writes there', async () => {
    const fine = await fined()
    const { id, org_id } = payment(await pay(student, [fine]))
    await expect(
      system.database.admin('insert into payment_fine (org_id, fine_id, payment_id) values ($1, $2, $3)', [
        org_id,
        fine.id,
        id,
      ]),
    ).rejects.toMatchObject({ constraint: 'fine_paid_once' })
  })
})
