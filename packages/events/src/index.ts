export type {
  BatchConsumption,
  Broker,
  BrokerOptions,
  Delivery,
  Following,
  RawMessage,
  SingleConsumption,
  Stored,
  Subscription,
} from './broker.ts'
export { connectBroker } from './connect-broker.ts'
export type { Log } from './log.ts'
export type { Outbox, OutboxLease, OutboxRow } from './outbox.ts'
export { type RelayOptions, startRelay } from './relaying/relay.ts'
