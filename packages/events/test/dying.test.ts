import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals'
import { messagingTables } from '@kitroom/database'
import { scaled, type TestDatabase, testDatabase, until } from '@kitroom/testing'
import { nanos } from '@nats-io/transport-node'

import { broker, cleanUp, directly, eventOf, labels, later, natsServer, publishAll } from './world.ts'

/** A process is started for each death. */
const inFull = scaled(false, true) ? it : it.skip

let store: TestDatabase

beforeAll(async () => {
  store = await testDatabase('inventory', [{ name: '20261121000000_messaging', up: messagingTables }])
})
afterEach(cleanUp)
afterAll(async () => {
  await store[Symbol.asyncDispose]()
})

function startConsuming(natsUrl: string, onHandled: (label: string) => void): ChildProcess {
  const program = `${import.meta.dirname}/dying-process.ts`
  const args = ['--conditions=@kitroom/source', '--disable-warning=ExperimentalWarning', program]
  const child = spawn(process.execPath, [...args, store.url, natsUrl], { stdio: ['pipe', 'pipe', 'inherit'] })
  later(() => child.kill('SIGKILL'))
  createInterface({ input: child.stdout }).on('line', onHandled)
  return child
}

const buried = () => store.admin<{ reason: string }>('select reason from dead_letter')

inFull(
  'an event over which the consuming process dies each time is put aside after 13 deaths, and all others are handled (EVT-9)',
  async () => {
    const { url } = await natsServer()
    const maker = broker(url)
    const { consumers } = await directly(url)
    const [before, after] = [labels(5, 'before'), labels(5, 'after')]
    const meanwhile = labels(13, 'meanwhile')
    await publishAll(
      maker,
      [...before, 'lethal', ...after].map((label) => eventOf(label)),
    )
    const handled = new Set<string>()
    const start = () => startConsuming(url, (label) => void handled.add(label))
    for (const label of meanwhile) {
      await once(start(), 'exit')
      await publishAll(maker, [eventOf(label)])
      // The broker need not wait half a minute for who is dead; whoever starts sets that right.
      await consumers.update('KITROOM', 'lethal', { ack_wait: nanos(100) })
    }
    const survivor = start()
    const left = async () => {
      const { num_pending, num_ack_pending } = await consumers.info('KITROOM', 'lethal')
      return num_pending + num_ack_pending
    }
    await until(left, (count) => count === 0, 60_000)
    expect([survivor.exitCode, survivor.signalCode]).toEqual([null, null])
    expect(await buried()).toEqual([{ reason: 'Whoever handled it ended over it, 5 times.' }])
    expect([...handled].toSorted()).toEqual([...before, ...after, ...meanwhile].toSorted())
  },
  600_000,
)
