import type { Client } from 'pg'

import { type Filling, idOf, insert, madeAt, orgOf } from './rows.ts'

const FIRST = `(array['Ada', 'Grace', 'Alan', 'Edsger', 'Barbara', 'Niklaus', 'Donald', 'Radia'])[1 + n / 100 % 8]`
const LAST = `(array['Meyer', 'Keller', 'Weber', 'Huber', 'Fischer', 'Brunner', 'Baumann', 'Frei', 'Moser'])[1 + n / 800 % 9]`

/** Members, nine of ten of them students, and as many organisations as there are thousands of them. */
export async function fillPeople(client: Client, filling: Filling): Promise<void> {
  const { rows } = filling
  const made = madeAt(filling)
  await insert(
    client,
    'organization',
    {
      id: idOf('0e'),
      name: `'Organisation ' || n`,
      timezone: `'Europe/Zurich'`,
      currency: `'EUR'`,
      policy: `'{}'`,
      created_at: made,
      updated_at: made,
    },
    { rows: rows / 10 },
  )
  await insert(
    client,
    'app_user',
    {
      org_id: orgOf(filling),
      id: idOf('0a'),
      email: `'person-' || n || '@filled.example'`,
      full_name: `${FIRST} || ' ' || ${LAST} || ' ' || n`,
      is_active: `n / 100 % 20 <> 3`,
      created_at: made,
      updated_at: made,
    },
    { rows },
  )
  await insert(
    client,
    'membership',
    {
      org_id: orgOf(filling),
      user_id: idOf('0a'),
      home_org_id: orgOf(filling),
      created_at: made,
      updated_at: made,
    },
    { rows },
  )
  await insert(
    client,
    'user_role',
    {
      org_id: orgOf(filling),
      id: idOf('0b'),
      user_id: idOf('0a'),
      role: `case when n / 100 % 50 = 7 then 'admin' when n / 100 % 10 = 1 then 'staff' else 'student' end`,
      created_at: made,
    },
    { rows },
  )
}
