import type { Client } from 'pg'

import { type Filling, idOf, insert, LARGE, madeAt, orgOf } from './rows.ts'

/** Events, every hundredth of which is of one booking. Their chain is none: nobody verifies it here. */
export async function fillAudit(client: Client, filling: Filling): Promise<void> {
  const { rows, student } = filling
  await insert(
    client,
    'audit_event',
    {
      org_id: orgOf(filling),
      seq: '1000000 + n',
      id: idOf('30'),
      actor_user_id: `case when n % 100 < ${LARGE} and n / 100 % 50 = 13 then '${student}'::uuid
        when n / 100 % 40 <> 9 then ${idOf('0a', `n % 100 + 100 * (n / 100 % ${Math.max(rows / 2_000, 1)})`)} end`,
      entity_type: `(array['Booking', 'Booking', 'Booking', 'Fine', 'Resource', 'ResourceUnit'])[1 + n / 100 % 6]`,
      entity_id: `case when n % 100 < ${LARGE} and n / 100 % 100 = 0 then ${idOf('04', '0')} else ${idOf('04')} end::text`,
      action: `(array['CREATE', 'STATUS_CHANGE', 'STATUS_CHANGE', 'UPDATE', 'UPDATE'])[1 + n / 100 % 5]`,
      after_json: `jsonb_build_object('status', 'PENDING', 'purpose', 'Seminar ' || n)`,
      at: madeAt(filling),
      received_at: madeAt(filling),
      request_id: `'filled-' || n`,
      service: `'booking'`,
      prev_hash: `sha256('before')`,
      hash: `sha256('after')`,
      canonical: `'{}'`,
    },
    { rows },
  )
}
