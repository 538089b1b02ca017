import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { EntityChanged } from '@kitroom/contracts'
import { connectBroker } from '@kitroom/events'
import { createLogger } from '@kitroom/service'

import { type RunningAuth, runningAuth } from './running-auth.ts'

let auth: RunningAuth
beforeAll(async () => {
  auth = await runningAuth()
})
afterAll(async () => {
  await auth[Symbol.asyncDispose]()
})

describe('the running service', () => {
  it('is ready once its database is migrated and a key can sign', async () => {
    expect(await auth.send('GET', '/health/ready')).toMatchObject({ status: 200, body: { status: 'ok' } })
    expect(await auth.database.admin('select kid from signing_key')).toHaveLength(1)
  })

  it('tells the broker of a sign-out and of a lost role, in a form that names the user', async () => {
    const founded = await auth.found()
    const user = await auth.addMember(founded, ['student', 'staff'])
    const { access_token } = (await auth.signIn(user.email)).body
    const { sid: sessionId } = JSON.parse(
      Buffer.from(access_token.split('.')[1], 'base64url').toString(),
    ) as { sid: string }

    const logger = createLogger({ service: 'auth', level: 'silent' })
    await using broker = connectBroker({ url: auth.config.natsUrl, name: 'test', logger })
    const heard: EntityChanged[] = []
    const all = Promise.withResolvers<void>()
    const wanted = ['kitroom.auth.session.status-change', 'kitroom.auth.user-role.soft-delete']
    const subscription = broker.consume({
      durable: `test-${founded.orgId}`,
      subject: 'kitroom.auth.>',
      deadLetter: () => Promise.resolve(),
      handle: (event) => {
        if (event.orgid === founded.orgId && wanted.includes(event.type)) heard.push(event)
        if (heard.length === wanted.length) all.resolve()
        return Promise.resolve()
      },
    })
    const as = { session: { userId: user.id, sessionId } }
    await auth.send('POST', '/auth/logout', { as })
    await auth.send('PATCH', `/users/${user.id}`, {
      as: founded.as,
      body: { roles: ['student'] },
      headers: { 'if-match': '*' },
    })
    await all.promise
    await subscription.stop()
    expect(heard.map(({ type }) => type)).toEqual(wanted)
    expect(heard.map(({ data }) => data.before?.['user_id'])).toEqual([user.id, user.id])
  })
})
