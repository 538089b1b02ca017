import { randomUUID } from 'node:crypto'

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { until } from '@kitroom/testing'
import { connect, type NatsConnection, PermissionViolationError } from '@nats-io/transport-node'

import { type Broker, NATS_USERS, natsAuthorization, type NatsUser } from '../src/index.ts'
import { broker, changeOf, cleanUp, labelOf, later, letters, natsServer } from './world.ts'

const SERVICES = NATS_USERS.filter((user) => user !== 'operator')
const OWNERS = ['auth', 'inventory', 'booking'] as const

let server: Awaited<ReturnType<typeof natsServer>>
const passwords = Object.fromEntries(NATS_USERS.map((user) => [user, `$2a-${randomUUID()}`]))
const urlOf = (user: NatsUser) =>
  server.url.replace('//', `//${user}:${encodeURIComponent(passwords[user] ?? '')}@`)
const connections = new Map<NatsUser, NatsConnection>()

beforeAll(async () => {
  server = await natsServer(natsAuthorization((user) => JSON.stringify(passwords[user])))
  const made = brokerOf('audit')
  await made.reachable(AbortSignal.timeout(10_000))
  await made.ensureStream()
  for (const user of NATS_USERS) {
    const pass = passwords[user] ?? ''
    connections.set(user, await connect({ servers: server.url, user, pass, inboxPrefix: `_INBOX_${user}` }))
  }
  later(() => Promise.all([...connections.values()].map((open) => open.close())))
})
afterAll(cleanUp)

const brokerOf = (user: NatsUser): Broker => broker(urlOf(user), user)

/** Whether the broker refuses it; it says so only of what it refuses. */
async function isRefused(user: NatsUser, act: (nats: NatsConnection) => void): Promise<boolean> {
  const nats = connections.get(user)!
  let refused = false
  const told = nats.status()
  const listening = (async () => {
    for await (const status of told) {
      if (status.type === 'error' && status.error instanceof PermissionViolationError) refused = true
    }
  })()
  act(nats)
  await nats.flush()
  await nats.flush()
  ;(told as unknown as { stop: () => void }).stop()
  await listening
  return refused
}
const publishing = (user: NatsUser, subject: string) =>
  isRefused(user, (nats) => {
    nats.publish(subject, '{}', { reply: `_INBOX_${user}.nobody` })
  })
const subscribing = (user: NatsUser, subject: string) =>
  isRefused(user, (nats) => {
    nats.subscribe(subject, { callback: () => undefined }).unsubscribe()
  })

const own = (user: NatsUser, of: string) => user === of || user === 'operator'

describe('at the broker (SEC-4)', () => {
  it.each(NATS_USERS)('%s tells what its own service did and nothing else', async (user) => {
    for (const owner of OWNERS) {
      const subject = `kitroom.${owner}.booking.create`
      expect([subject, await publishing(user, subject)]).toEqual([subject, !own(user, owner)])
    }
    expect(await publishing(user, 'kitroom.payroll.salary.update')).toBe(user !== 'operator')
  })

  it.each(NATS_USERS)(
    '%s confirms only as the audit, and hears confirmations only of its own',
    async (user) => {
      for (const owner of OWNERS) {
        const subject = `kitroom-confirm.${owner}`
        expect(await publishing(user, subject)).toBe(!own(user, 'audit'))
        expect(await subscribing(user, subject)).toBe(!own(user, owner))
      }
    },
  )

  it.each(SERVICES)('%s reads neither the answers nor the events of others', async (user) => {
    for (const other of SERVICES) {
      expect(await subscribing(user, `_INBOX_${other}.>`)).toBe(other !== user)
    }
    expect(await subscribing(user, '_INBOX.>')).toBe(true)
    expect(await subscribing(user, '>')).toBe(true)
    expect(await subscribing(user, 'kitroom.>')).toBe(true)
    expect(await subscribing(user, 'kitroom.auth.>')).toBe(user !== 'gateway')
    expect(await subscribing(user, '$JS.EVENT.>')).toBe(true)
  })

  it.each(SERVICES)('%s works no consumer of another, and none of its own making', async (user) => {
    const consumers = {
      audit: [['audit', 'kitroom.>']],
      inventory: [['inventory-booking', 'kitroom.booking.booking.>']],
      booking: [
        ['booking-inventory', 'kitroom.inventory.>'],
        ['booking-auth', 'kitroom.auth.>'],
        ['booking-offers', 'kitroom.booking.waitlist-entry.status-change'],
      ],
    }
    for (const [owner, durables] of Object.entries(consumers)) {
      for (const [durable, filter] of durables) {
        const calls = [
          `$JS.API.CONSUMER.CREATE.KITROOM.${durable}.${filter}`,
          `$JS.API.CONSUMER.MSG.NEXT.KITROOM.${durable}`,
          `$JS.ACK.KITROOM.${durable}.1.1.1.1.1`,
        ]
        for (const call of calls) expect([call, await publishing(user, call)]).toEqual([call, owner !== user])
      }
    }
    const never = [
      `$JS.API.CONSUMER.CREATE.KITROOM.spy.kitroom.>`,
      `$JS.API.CONSUMER.CREATE.KITROOM.booking-inventory.kitroom.>`,
      '$JS.API.CONSUMER.CREATE.KITROOM',
      '$JS.API.CONSUMER.DURABLE.CREATE.KITROOM.audit',
      '$JS.API.CONSUMER.DELETE.KITROOM.audit',
      '$JS.API.STREAM.DELETE.KITROOM',
      '$JS.API.STREAM.PURGE.KITROOM',
      '$JS.API.STREAM.MSG.GET.KITROOM',
      '$JS.API.STREAM.MSG.DELETE.KITROOM',
      '$JS.API.STREAM.CREATE.OTHER',
      '$JS.API.STREAM.LIST',
      '$JS.API.INFO',
      '$SYS.REQ.SERVER.PING',
    ]
    for (const call of never) expect([call, await publishing(user, call)]).toEqual([call, true])
    expect(await publishing(user, '$JS.API.STREAM.UPDATE.KITROOM')).toBe(user !== 'audit')
    const isMaker = OWNERS.some((owner) => owner === user)
    expect(await publishing(user, '$JS.API.CONSUMER.LIST.KITROOM')).toBe(!isMaker)
  })

  it('nobody enters without a name, with another’s, or with a wrong password', async () => {
    const attempts = [
      {},
      { user: 'booking', pass: passwords['audit'] ?? '' },
      { user: 'booking' },
      { user: 'eve' },
    ]
    for (const attempt of attempts) {
      await expect(connect({ servers: server.url, reconnect: false, ...attempt })).rejects.toThrow(
        /[Aa]uthoriz/,
      )
    }
  })

  it('each service does all its work as its own user', async () => {
    const [auth, booking, audit] = [brokerOf('auth'), brokerOf('booking'), brokerOf('audit')]
    const seen: Record<string, string[]> = { gateway: [], booking: [], audit: [] }
    const confirmed: string[] = []
    const gateway = brokerOf('gateway')
    gateway.follow({
      subject: 'kitroom.auth.>',
      onEvent: (event) => void seen['gateway']?.push(labelOf(event)),
    })
    booking.consume({
      durable: 'booking-auth',
      subject: 'kitroom.auth.>',
      handle: async (event) => void seen['booking']?.push(labelOf(event)),
      ...letters(),
    })
    audit.consume({
      durable: 'audit',
      subject: 'kitroom.>',
      handleBatch: async (events) => {
        seen['audit']?.push(...events.map(labelOf))
        audit.confirm(
          'auth',
          events.map(({ id }) => id),
        )
      },
      ...letters(),
    })
    auth.onConfirmed('auth', async (ids) => void confirmed.push(...ids))
    for (const one of [auth, booking, audit, gateway]) await one.reachable(AbortSignal.timeout(10_000))
    const event = changeOf('User', 'anna')
    await auth.ensureStream()
    await auth.publish(event.type, JSON.stringify(event), event.id)
    await until(
      () => confirmed.includes(event.id) && Object.values(seen).every((labels) => labels.includes('anna')),
      Boolean,
    )
    await expect(booking.publish('kitroom.auth.user.update', '{}', randomUUID())).rejects.toThrow()
  })
})
