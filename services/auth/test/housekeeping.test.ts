import { randomUUID } from 'node:crypto'

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { openDatabase, rolesOf } from '@kitroom/database'

import { keepHouse } from '../src/persistence/housekeeping.ts'
import { newEmail, PASSWORD, type RunningAuth, runningAuth } from './running-auth.ts'

let auth: RunningAuth
let database: ReturnType<typeof openDatabase>
beforeAll(async () => {
  auth = await runningAuth()
  database = openDatabase({ url: auth.config.databaseUrl, service: 'auth', entities: [] })
})
afterAll(async () => {
  await database.close()
  await auth[Symbol.asyncDispose]()
})

const count = async (table: string): Promise<number> =>
  Number((await auth.database.admin<{ n: string }>(`select count(*) as n from ${table}`))[0]?.n)

describe('housekeeping', () => {
  it('removes what has had its time and keeps the rest', async () => {
    const founded = await auth.found()
    await auth.signIn(founded.admin.email)
    await auth.signIn(newEmail(), PASSWORD, '198.51.100.1')
    await auth.send('POST', '/auth/register', {
      as: founded.as,
      body: { email: newEmail(), password: PASSWORD, full_name: 'Grace', roles: ['student'] },
      headers: { 'idempotency-key': randomUUID() },
    })
    await auth.database.admin(
      `insert into inbox (org_id, consumer, event_id, received_at)
       select $1, 'test', gen_random_uuid(), now() - age from unnest(array['1 day', '31 days']::interval[]) as age`,
      [founded.orgId],
    )
    const tables = [
      'login_failure',
      'refresh_token',
      'session',
      'idempotency_key',
      'inbox',
      'outbox',
      'signing_key',
    ]
    const counts = async () => {
      const found: number[] = []
      for (const table of tables) found.push(await count(table))
      return found
    }
    const sweep = () => keepHouse(database, rolesOf(auth.config.databaseUrl).job, 900)
    const before = await counts()
    expect(before.every((n) => n > 0)).toBe(true)

    await sweep()
    expect(await counts()).toEqual(before.map((n, at) => (tables[at] === 'inbox' ? n - 1 : n)))

    await auth.database.admin(`update login_failure set at = at - interval '15 minutes'`)
    await auth.database.admin(`update refresh_token set expires_at = expires_at - interval '8 days'`)
    await auth.database.admin(`update session set expires_at = expires_at - interval '31 days'`)
    await auth.database.admin(`update idempotency_key set created_at = created_at - interval '24 hours'`)
    await auth.database.admin(
      `update outbox set published_at = now(), confirmed_at = now() - interval '8 days'`,
    )
    await sweep()
    expect(await counts()).toEqual([0, 0, 0, 0, 1, 0, 1])
  })

  it('never removes an event that nobody confirmed', async () => {
    const { orgId } = await auth.found()
    await auth.database.admin(`update outbox set created_at = now() - interval '1 year', confirmed_at = null`)
    await keepHouse(database, rolesOf(auth.config.databaseUrl).job, 900)
    expect((await auth.eventsOf(orgId)).map(({ action }) => action)).toEqual(['CREATE'])
  })

  it('deletes more than one batch', async () => {
    await auth.database.admin(
      `insert into login_failure (id, account, address, at)
       select gen_random_uuid(), '\\x00', '198.51.100.2', now() - interval '1 hour' from generate_series(1, 2500)`,
    )
    await keepHouse(database, rolesOf(auth.config.databaseUrl).job, 900)
    expect(await count('login_failure')).toBe(0)
  })
})
