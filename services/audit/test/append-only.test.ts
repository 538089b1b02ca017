import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { Client } from 'pg'
import { v7 as uuidv7 } from 'uuid'

import { manyChanged } from './events.ts'
import { type TestTrail, testTrail } from './trail.ts'

const orgId = uuidv7()
let trail: TestTrail

beforeAll(async () => {
  trail = await testTrail()
  await trail.record(manyChanged(3, { orgId }))
})
afterAll(async () => {
  await trail[Symbol.asyncDispose]()
})

/** Tries a statement on a connection of its own with the tenant set, in a transaction that is rolled back. */
async function attempt(url: string, statement: string): Promise<string> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    await client.query('set search_path = audit, extensions')
    await client.query('begin')
    await client.query(`select set_config('app.org_id', $1, true)`, [orgId])
    await client.query(statement)
    return 'done'
  } catch (error) {
    return (error as Error).message
  } finally {
    await client.end()
  }
}

const CHANGES = [
  `update audit_event set action = 'UPDATE'`,
  `update audit_event set action = 'UPDATE' where seq = 1`,
  `delete from audit_event where seq = 3`,
  `truncate audit_event`,
  `delete from audit_chain`,
  `truncate audit_chain`,
]

describe('The trail (EVT-12)', () => {
  it.each(CHANGES)('refuses the service: %s', async (statement) => {
    expect(await attempt(trail.store.url, statement)).toMatch(/permission denied for table|append-only/)
  })

  it.each(CHANGES)('refuses the owner, who may do everything else: %s', async (statement) => {
    expect(await attempt(trail.store.migrationUrl, statement)).toMatch(/append-only/)
  })

  it.each(CHANGES)('refuses a superuser who did not switch the trigger off: %s', async (statement) => {
    expect(await attempt(trail.store.adminUrl, statement)).toMatch(/append-only/)
  })

  it('refuses them under replication too, when ordinary triggers sleep', async () => {
    const statement = `set local session_replication_role = replica; ${CHANGES[0]!}`
    expect(await attempt(trail.store.adminUrl, statement)).toMatch(/append-only/)
  })

  it('lets the service move the head forwards and never back', async () => {
    const move = (by: string) => attempt(trail.store.url, `update audit_chain set seq = seq ${by}`)
    expect(await move('+ 1')).toBe('done')
    expect(await move('- 1')).toMatch(/append-only/)
    expect(await move('+ 0')).toMatch(/append-only/)
  })

  it('is as it was', async () => {
    expect(await trail.verify(orgId)).toMatchObject({ verified: true, events: 3 })
  })
})
