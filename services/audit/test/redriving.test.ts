import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { promisify } from 'node:util'

import { afterAll, beforeEach, describe, expect, it } from '@jest/globals'
import type { EntityChanged } from '@kitroom/contracts'
import { deadLetterTable, rolesOf } from '@kitroom/database'
import { v7 as uuidv7 } from 'uuid'

import { changed } from './events.ts'
import { type TestTrail, testTrail } from './trail.ts'

let trail: TestTrail | undefined

beforeEach(async () => {
  await trail?.[Symbol.asyncDispose]()
  trail = await testTrail()
})
afterAll(async () => {
  await trail?.[Symbol.asyncDispose]()
})

const keep = (payload: string) =>
  deadLetterTable({
    database: trail!.database,
    jobRole: rolesOf(trail!.store.url).job,
    consumer: 'audit',
  }).keep({ subject: 'kitroom.booking.booking.create', payload }, 'It could not be handled.')
const keepEvent = (event: EntityChanged) => keep(JSON.stringify(event))

const letters = () =>
  trail!.store.admin<{ reason: string; redriven: boolean }>(
    `select reason, redriven_at is not null as redriven from dead_letter where payload <> '' order by at`,
  )

/** The command as an operator runs it. */
async function redrive(): Promise<Record<string, unknown>> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--conditions=@kitroom/source', `${import.meta.dirname}/../src/redrive.ts`],
    { env: { DATABASE_URL: trail!.store.url } },
  )
  return JSON.parse(stdout) as Record<string, unknown>
}

describe('The redrive command', () => {
  it('puts letters that are good now on the trail and marks them', async () => {
    const events = [changed({ orgId: uuidv7() }), changed({ orgId: uuidv7() })]
    for (const event of events) await keepEvent(event)
    expect(await redrive()).toMatchObject({ redriven: 2, refused: 0 })
    for (const { orgid } of events)
      expect(await trail!.verify(orgid)).toMatchObject({ verified: true, events: 1 })
    expect((await letters()).map(({ redriven }) => redriven)).toEqual([true, true])
  })

  it('changes nothing when it is run again', async () => {
    const event = changed({ orgId: uuidv7() })
    await keepEvent(event)
    await redrive()
    expect(await redrive()).toMatchObject({ redriven: 0, refused: 0 })
    expect(await trail!.verify(event.orgid)).toMatchObject({ events: 1 })
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
    expect(await trail!.verify(good.orgid)).toMatchObject({ events: 1 })
    expect(await letters()).toEqual([
      { redriven: false, reason: 'It is not JSON.' },
      { redriven: false, reason: expect.stringContaining('id: ') },
      { redriven: false, reason: 'There is no service intruder.' },
      { redriven: false, reason: 'The event is a kitroom.booking.fine.create, which its subject was not.' },
      { redriven: false, reason: expect.stringContaining('index row') },
      { redriven: false, reason: 'Maximum call stack size exceeded' },
      { redriven: true, reason: 'It could not be handled.' },
    ])
  })
})
