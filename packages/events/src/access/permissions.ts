import { STREAM } from '../stream.ts'

/** The subjects a user of the broker may publish to and subscribe to; nothing else. */
export interface Permissions {
  publish: readonly string[]
  subscribe: readonly string[]
}

/** Who connects to the broker: every service as itself, and a person who looks after it. */
export const NATS_USERS = ['gateway', 'auth', 'inventory', 'booking', 'audit', 'operator'] as const
export type NatsUser = (typeof NATS_USERS)[number]

const api = (call: string) => `$JS.API.${call}.${STREAM}`

/** Nobody may delete or purge the stream, or read a message of it past a consumer of one's own. */
const MAKE_STREAM = [api('STREAM.INFO'), api('STREAM.CREATE')]

/** Makes and works one durable consumer, which sees one subject. */
const consumes = (durable: string, subject: string): string[] => [
  `${api('CONSUMER.CREATE')}.${durable}.${subject}`,
  `${api('CONSUMER.INFO')}.${durable}`,
  `${api('CONSUMER.MSG.NEXT')}.${durable}`,
  `$JS.ACK.${STREAM}.${durable}.>`,
]

/** Where a user's answers arrive: where all shared one place, each could read what others consume. */
export const inboxOf = (name: string): string => `_INBOX_${name}`

const answers = (user: NatsUser): string => `${inboxOf(user)}.>`

/**
 * What a service that makes events needs: to publish its own, to hear which were stored for good, and to see how far
 * behind whoever hears them is.
 */
const makesEvents = (service: 'auth' | 'inventory' | 'booking') => ({
  publish: [`kitroom.${service}.>`, ...MAKE_STREAM, api('CONSUMER.LIST')],
  subscribe: [answers(service), `kitroom-confirm.${service}`],
})

/** The one table of who may what (SEC-4). What is not in it the broker refuses. */
export const NATS_PERMISSIONS: Readonly<Record<NatsUser, Permissions>> = {
  gateway: { publish: [], subscribe: [answers('gateway'), 'kitroom.auth.>'] },
  auth: makesEvents('auth'),
  inventory: {
    ...makesEvents('inventory'),
    publish: [
      ...makesEvents('inventory').publish,
      ...consumes('inventory-booking', 'kitroom.booking.booking.>'),
    ],
  },
  booking: {
    ...makesEvents('booking'),
    publish: [
      ...makesEvents('booking').publish,
      ...consumes('booking-inventory', 'kitroom.inventory.>'),
      ...consumes('booking-auth', 'kitroom.auth.>'),
      ...consumes('booking-offers', 'kitroom.booking.waitlist-entry.status-change'),
    ],
    subscribe: [...makesEvents('booking').subscribe, 'kitroom.auth.organization.>'],
  },
  audit: {
    publish: ['kitroom-confirm.*', ...MAKE_STREAM, api('STREAM.UPDATE'), ...consumes('audit', 'kitroom.>')],
    subscribe: [answers('audit')],
  },
  operator: { publish: ['>'], subscribe: ['>'] },
}
