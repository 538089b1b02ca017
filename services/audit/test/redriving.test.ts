import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { promisify } from 'node:util'

import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import type { EntityChanged } from '@kitroom/contracts'
import { type Database, deadLetterTable, openDatabase, rolesOf } from '@kitroom/database'
import { Failure } from '@kitroom/errors'
import { v7 as uuidv7 } from 'uuid'

import { changed } from './events.ts'
import { type RunningAudit, runningAudit } from './service.ts'

let audit: RunningAudit
let database: Database

beforeAll(async () => {
  audit = await runningAudit()
  database = openDatabase({ url: audit.store.url, service: 'audit', entities: [], poolSize: 1 })
})
afterEach(() => audit.store.admin('delete from dead_letter'))
afterAll(async () => {
  await database.close()
  await audit[Symbol.asyncDispose]()
})

/** As the consumer does it, which comes again when the database was too busy to let it in. */
async function keep(payload: string, times = 5): Promise<void> {
  const letters = deadLetterTable({ database, jobRole: rolesOf(audit.store.url).job, consumer: 'audit' })
  const subject = 'kitroom.booking.booking.create'
  try {
    await letters.keep({ subject, payload }, 'It could not be handled.')
  } catch (error) {
    if (times === 1 || !(error instanceof Failure) || error.code !== 'dependency-unavailable') throw error
    await keep(payload, times - 1)
  }
}
const keepEvent = (event: EntityChanged) => keep(JSON.stringify(event))
const verified = async (orgId: string) =>
  (await audit.get('/audit/verify', { orgId, userId: uuidv7(), roles: ['admin'] })).body

const letters = () =>
  audit.store.admin<{ reason: string; redriven: boolean }>(
    `select reason, redriven_at is not null as redriven from dead_letter where payload <> '' order by at`,
  )

/** The command as an operator runs it. */
async function redrive(databaseUrl = audit.store.url): Promise<Record<string, unknown>> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--conditions=@kitroom/source', `${import.meta.dirname}/../src/redrive.ts`],
    { env: { DATABASE_URL: databaseUrl } },
  )
  return JSON.parse(stdout) as Record<string, unknown>
}

describe('The redrive command', () => {
  it('says so when no audit runs', async () => {
    const elsewhere = new URL(audit.store.url)
    elsewhere.pathname = '/postgres'
    await expect(redrive(elsewhere.toString())).rejects.toThrow('Nobody hears: is audit running?')
  })

  it('puts letters that are good now on the trail and marks them', async () => {
    const events = [changed({ orgId: uuidv7() }), changed({ orgId: uuidv7() })]
    for (const event of events) await keepEvent(event)
    expect(await redrive()).toMatchObject({ redriven: 2, refused: 0 })
    for (const { orgid } of events) expect(await verified(orgid)).toMatchObject({ verified: true, events: 1 })
    expect((await letters()).map(({ redriven }) => redriven)).toEqual([true, true])
  })

  it('changes nothing when it is run again', async () => {
    const event = changed({ orgId: uuidv7() })
    await keepEvent(event)
    await redrive()
    expect(await redrive()).toMatchObject({ redriven: 0, refused: 0 })
    expect(await verified(event.orgid)).toMatchObject({ events: 1 })
  })

  it('leaves what is still bad where it is, with the reason, and does not stop there', async () => {
    const good = changed({ orgId: uuidv7() })
    await keep('{"half":')
    await keep('{"specversion":"1.0"}')
    await keepEvent({ ...changed({ orgId: uuidv7() }), source: 'intruder' })
    await keepEvent(changed({ orgId: uuidv7(), entityType: 'Fine' }))
    await keepEvent(changed({ orgId: uuidv7(), entityId: randomBytes(5_000).toString('hex') }))
    await keep(`{"data":{"after":{"deep":${'['.repeat(50_000)}${']'.repeat(50_000)}}}}`)
    await keepEvent(good)
    expect(await redrive()).toMatchObject({ redriven: 1, refused: 6 })
    expect(await verified(good.orgid)).toMatchObject({ events: 1 })
    expect(await letters()).toEqual([
      { redriven: false, reason: 'The payload is not JSON in UTF-8.' },
      { redriven: false, reason: expect.stringContaining('id ') },
      { redriven: false, reason: 'There is no service intruder.' },
      { redriven: false, reason: 'The event is a kitroom.booking.fine.create, which this subject is not.' },
      { redriven: false, reason: expect.stringContaining('index row') },
      { redriven: false, reason: 'The payload is nested too deeply.' },
      { redriven: true, reason: 'It could not be handled.' },
    ])
  })
})
