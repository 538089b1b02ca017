import type { Client } from 'pg'

import { type Filling, idOf, insert, LARGE, madeAt, orgOf } from './rows.ts'

/** Four of ten hold their units; the others are over, by a long way. */
const STATUS = `(array['RETURNED', 'PENDING', 'RETURNED', 'APPROVED', 'RETURNED', 'APPROVED', 'RETURNED', 'CANCELLED',
  'RETURNED', 'APPROVED', 'RETURNED', 'PENDING', 'RETURNED', 'APPROVED', 'RETURNED', 'CHECKED_OUT', 'RETURNED',
  'APPROVED', 'REJECTED', 'DRAFT'])[1 + n / 100 % 20]`
const HOLDS = `n / 100 % 20 in (1, 3, 5, 9, 11, 13, 15, 17)`
/** Waits for the unit of the loan that is late. */
const IS_BEHIND_LATE = `n / 100 % 2000 = 113`
const OF_UNIT = `case when ${IS_BEHIND_LATE} then n + 200 else n end`
const IS_LATE = `n / 100 % 2000 = 115`

/** A booking for each unit, twenty for each borrower; and what belongs to a booking. */
export async function fillBookings(client: Client, filling: Filling): Promise<void> {
  const { rows, student } = filling
  const made = madeAt(filling)
  const borrower = `case when n % 100 < ${LARGE} and n / 100 % 50 = 13 then '${student}'::uuid
    else ${idOf('0a', `n % 100 + 100 * (n / 100 % ${Math.max(rows / 2_000, 1)})`)} end`
  // What is over was a day after it was made; what holds its unit begins within the month; a few loans are late.
  const start = `case when ${IS_LATE} then now() - interval '3 days'
    when n / 100 % 20 = 15 then now() - interval '1 hour' * (1 + n / 100 % 40)
    when ${HOLDS} then now() + interval '1 hour' * (24 + n / 100 % 700)
    else ${made} + interval '1 day' end`
  const end = `${start} + case when n / 100 % 20 = 15 and not ${IS_LATE} then interval '45 hours' else interval '4 hours' end`
  const unit = `case when n / 100 % 1000 = 4 and n % 100 < ${LARGE} then ${idOf('02', '5')}
    else ${idOf('02', OF_UNIT)} end`
  const isBack = `n / 100 % 2 = 0 and n / 100 % 20 <> 18`
  await insert(
    client,
    'booking',
    {
      org_id: orgOf(filling),
      id: idOf('04'),
      requester_user_id: borrower,
      status: STATUS,
      start_at: start,
      end_at: end,
      purpose: `'Seminar ' || n / 100`,
      created_at: made,
      updated_at: made,
      picked_up_at: `case when ${isBack} or n / 100 % 20 = 15 then ${start} end`,
      // One of twenty was late.
      returned_at: `case when ${isBack} then ${end} + case when n / 100 % 20 = 4 then interval '1 day' else interval '0' end end`,
      at_risk_since: `case when ${IS_BEHIND_LATE} then now() end`,
      at_risk_reason: `case when ${IS_BEHIND_LATE} then 'unit-overdue' end`,
      no_show_at: `case when n / 100 % 200 = 7 then ${start} end`,
    },
    { rows },
  )
  await insert(
    client,
    'booking_item',
    {
      org_id: orgOf(filling),
      id: idOf('05'),
      booking_id: idOf('04'),
      position: '0',
      resource_id: idOf('01', OF_UNIT),
      resource_unit_id: unit,
      pinned: 'false',
      handed_out_at: `case when ${isBack} or n / 100 % 20 = 15 then ${start} end`,
      returned_at: `case when ${isBack} then ${end} end`,
    },
    { rows },
  )
  await insert(
    client,
    'booking_status_change',
    {
      org_id: orgOf(filling),
      id: idOf('06'),
      booking_id: idOf('04'),
      position: '0',
      status: `case when n / 100 % 20 = 19 then 'DRAFT' else 'PENDING' end`,
      at: made,
      actor_user_id: borrower,
    },
    { rows },
  )
  await insert(
    client,
    'occupancy',
    {
      org_id: orgOf(filling),
      item_id: idOf('05'),
      booking_id: idOf('04'),
      resource_id: idOf('01', OF_UNIT),
      unit_id: idOf('02', OF_UNIT),
      during: `tstzrange(${start}, ${end})`,
      pinned: 'false',
      collected: `n / 100 % 20 = 15`,
    },
    { rows, where: HOLDS },
  )
  await insert(
    client,
    'booking_message',
    {
      org_id: orgOf(filling),
      id: idOf('07'),
      // Of every hundred, one belongs to the large organisation's first booking.
      booking_id: `case when n % 100 < ${LARGE} and n / 100 % 100 = 0 then ${idOf('04', '0')} else ${idOf('04')} end`,
      author_user_id: borrower,
      text: `'Message ' || n`,
      created_at: made,
    },
    { rows },
  )
  await insert(
    client,
    'fine',
    {
      org_id: orgOf(filling),
      id: idOf('08'),
      user_id: borrower,
      booking_id: idOf('04'),
      reason: `'Returned late'`,
      amount_cents: `500 * (1 + n / 100 % 10)`,
      currency: `'EUR'`,
      status: `case when n / 100 % 10 = 0 then 'OPEN' when n / 100 % 10 = 1 then 'WAIVED' else 'PAID' end`,
      waiver_reason: `case when n / 100 % 10 = 1 then 'It was our mistake' end`,
      created_at: made,
    },
    { rows },
  )
  await insert(
    client,
    'payment_fine',
    { org_id: orgOf(filling), fine_id: idOf('08'), payment_id: idOf('09') },
    { rows, where: `n / 100 % 10 > 1` },
  )
  await insert(
    client,
    'refused_demand',
    {
      org_id: orgOf(filling),
      id: idOf('0c'),
      resource_id: idOf('01', `n % 100 + 100 * (n / 100 % ${Math.max(rows / 2_000, 1)})`),
      user_id: borrower,
      start_at: made,
      end_at: `${made} + interval '4 hours'`,
      units: '1',
      at: made,
    },
    { rows },
  )
}
