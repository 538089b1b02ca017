export type { BatchConsumption, Broker, RawMessage, SingleConsumption } from './broker.ts'
export { connectBroker } from './connect-broker.ts'
export type { Outbox, OutboxLease } from './outbox.ts'
export { startRelay } from './relaying/relay.ts'
