import type { Client } from 'pg'

import { type Filling, idOf, insert, LARGE, madeAt, orgOf } from './rows.ts'

const WAITS = `n / 100 % 200 = 6`
const OFFERED = `n / 100 % 2000 = 8`

/** Entries, of which one in two hundred still waits and every hundredth is of one resource. */
export async function fillWaitlist(client: Client, filling: Filling): Promise<void> {
  const { rows, student } = filling
  const made = madeAt(filling)
  const borrower = `case when n % 100 < ${LARGE} and n / 100 % 50 = 13 then '${student}'::uuid
    else ${idOf('0a', `n % 100 + 100 * (n / 100 % ${Math.max(rows / 2_000, 1)})`)} end`
  const ofOffer = (value: string) => `case when ${OFFERED} then ${value} end`
  await insert(
    client,
    'waitlist_entry',
    {
      org_id: orgOf(filling),
      id: idOf('20'),
      requester_user_id: borrower,
      status: `case when ${WAITS} then 'WAITING' when ${OFFERED} then 'OFFERED'
        when n / 100 % 3 = 0 then 'CANCELLED' else 'EXPIRED' end`,
      start_at: `now() + interval '60 days'`,
      end_at: `now() + interval '61 days'`,
      requester_role: `'student'`,
      precedence: `-round(date_part('epoch', ${made}) * 1000)::bigint`,
      score_weights: `'{"per_day_waiting":1,"role":{"student":0,"staff":0,"admin":0},"late_return":0,"open_fine":0,"active_booking":0}'`,
      offered_at: ofOffer('now()'),
      offer_expires_at: ofOffer(`now() + interval '1 day'`),
      offer_start_at: ofOffer(`now() + interval '60 days'`),
      offer_end_at: ofOffer(`now() + interval '61 days'`),
      ended_at: `case when not ${WAITS} and not ${OFFERED} then now() end`,
      created_at: made,
      updated_at: made,
    },
    { rows },
  )
  await insert(
    client,
    'waitlist_item',
    {
      org_id: orgOf(filling),
      id: idOf('21'),
      entry_id: idOf('20'),
      position: '0',
      resource_id: `case when n % 100 < ${LARGE} and n / 100 % 100 = 6 then ${idOf('01', '0')} else ${idOf('01')} end`,
      quantity: '1',
      waiting: WAITS,
    },
    { rows },
  )
  // More than are offered at a time: what is read of it must not depend on its being small.
  await insert(
    client,
    'offer_item',
    {
      org_id: orgOf(filling),
      id: idOf('22'),
      entry_id: idOf('20'),
      position: '0',
      resource_id: idOf('01'),
      resource_unit_id: idOf('02'),
      pinned: 'false',
    },
    { rows },
  )
}
