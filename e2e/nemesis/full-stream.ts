import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'

import { DiscardPolicy, jetstreamManager } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'

import type { TestSystem } from '../test-system.ts'

/** Lets the stream take no more than it holds, as on a full disk: each publication is answered with an error. */
export async function fillStream({ natsUrl }: TestSystem): Promise<{ empty: () => Promise<void> }> {
  const { host, username: user, password: pass } = new URL(natsUrl('operator'))
  const nats = await connect({ servers: host, user, pass })
  const { streams } = await jetstreamManager(nats)
  const { state } = await streams.info('KITROOM')
  await streams.update('KITROOM', { max_msgs: Math.max(1, state.messages), discard: DiscardPolicy.New })
  return {
    async empty() {
      await streams.update('KITROOM', { max_msgs: -1 })
      await nats.close()
    },
  }
}

/** The share of one processor that a process uses for a while. */
export async function busyness(pid: number, ms: number): Promise<number> {
  const ticks = () => {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
    return Number(fields[11]) + Number(fields[12])
  }
  const before = ticks()
  await delay(ms)
  // A hundred to the second, on every Linux there is.
  return ((ticks() - before) * 10) / ms
}
