import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { type EntityChanged, type EntityType, OWNERS, subjectOf } from '@kitroom/contracts'
import { type LocalNats, startNats } from '@kitroom/local-servers'
import { until } from '@kitroom/testing'
import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { connect, type NatsConnection } from '@nats-io/transport-node'

import { type Broker, connectBroker, type RawMessage } from '../src/index.ts'

const silent = () => undefined
export const quiet = { debug: silent, info: silent, warn: silent, error: silent }

const undo: (() => unknown)[] = []

/** For afterEach: undoes what a test made, last first. */
export async function cleanUp(): Promise<void> {
  for (const step of undo.splice(0).reverse()) await step()
}

export const later = (step: () => unknown): void => void undo.push(step)

/** A NATS server of the test's own, which it may kill, wipe and start again on the same port. */
export async function natsServer(authorization = '') {
  const dataDir = await mkdtemp(join(tmpdir(), 'kitroom-events-'))
  let nats: LocalNats = await startNats({ dataDir, authorization })
  const { url, port } = nats
  later(async () => {
    await nats.stop()
    await rm(dataDir, { recursive: true, force: true })
  })
  return {
    url,
    kill: async () => {
      process.kill(nats.pid, 'SIGKILL')
      await nats.exited
    },
    freeze: () => void process.kill(nats.pid, 'SIGSTOP'),
    wipe: () => rm(join(dataDir, 'store'), { recursive: true, force: true }),
    start: async () => {
      nats = await startNats({ dataDir, port, authorization })
    },
  }
}

/** A connection past our own code, for looking and for doing harm. */
export async function directly(url: string) {
  const nats: NatsConnection = await connect({
    servers: url,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 50,
  })
  later(() => nats.close())
  const { streams, consumers } = await jetstreamManager(nats)
  return { nats, streams, consumers, publish: jetstream(nats).publish.bind(jetstream(nats)) }
}

export function broker(url: string, name = 'test'): Broker {
  const made = connectBroker({ url, name, logger: quiet })
  later(() => made[Symbol.asyncDispose]())
  return made
}

export const SUBJECT = 'kitroom.inventory.tag.create'

export function eventOf(label: string, more: Partial<EntityChanged> = {}): EntityChanged {
  return {
    specversion: '1.0',
    id: randomUUID(),
    source: 'inventory',
    type: SUBJECT,
    time: '2026-03-01T09:00:00.000Z',
    orgid: '01941f29-7c00-7abc-8def-0123456789ab',
    requestid: 'request-1',
    datacontenttype: 'application/json',
    data: {
      actor_user_id: null,
      entity_type: 'Tag',
      entity_id: label,
      action: 'CREATE',
      before: null,
      after: { name: label },
    },
    ...more,
  }
}

/** That something of another service was changed. */
export function changeOf(entityType: EntityType, label: string): EntityChanged {
  const source = OWNERS[entityType]
  const event = eventOf(label, { source, type: subjectOf(source, entityType, 'UPDATE') })
  return { ...event, data: { ...event.data, entity_type: entityType, action: 'UPDATE', before: {} } }
}

/** Publishes through a broker that may only just be connecting. */
export async function publishAll(through: Broker, events: readonly EntityChanged[]): Promise<void> {
  await through.reachable(AbortSignal.timeout(10_000))
  await through.ensureStream()
  await Promise.all(events.map((event) => through.publish(event.type, JSON.stringify(event), event.id)))
}

export const labelOf = (event: EntityChanged): string => event.data.entity_id

export const labels = (count: number, prefix = 'e'): string[] =>
  Array.from({ length: count }, (_, n) => `${prefix}${n}`)

/** Keeps dead letters for looking at. */
export function letters() {
  const buried: [RawMessage, string][] = []
  return {
    buried,
    deadLetter: async (message: RawMessage, reason: string) => void buried.push([message, reason]),
  }
}

/** Waits until a consumer has nothing left to hand over and nothing unsettled. */
export async function allSettled(url: string, durable: string): Promise<void> {
  const { consumers } = await directly(url)
  const left = async () => {
    const { num_pending, num_ack_pending } = await consumers.info('KITROOM', durable)
    return num_pending + num_ack_pending
  }
  await until(left, (count) => count === 0)
}
