import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

import type { SeededRandom } from '@kitroom/testing'
import { until } from '@kitroom/testing'

import { request } from '../client.ts'
import { revive, type TestSystem } from '../test-system.ts'
import type { CabledSystem } from './cabled-system.ts'

export const SERVICES = ['gateway', 'auth', 'inventory', 'booking', 'audit'] as const
type Service = (typeof SERVICES)[number]
type Member = keyof TestSystem['processes']

/** Something bad that lasts a while and is over when it resolves. */
export interface Fault {
  name: string
  /** @throws Error when it has hit nothing: then it has proved nothing */
  strike: (system: CabledSystem, ms: number, random: SeededRandom) => Promise<void>
}

const pidOf = ({ processes }: TestSystem, name: Member): number => {
  const pid = processes[name]?.pid
  if (pid === undefined) throw new Error(`${name} is not running.`)
  return pid
}

async function replaced(system: TestSystem, name: Member, end: () => Promise<unknown>): Promise<void> {
  const before = pidOf(system, name)
  await end()
  if (existsSync(`/proc/${before}`)) throw new Error(`${name} was to end, and ${before} is still there.`)
  if (pidOf(system, name) === before) throw new Error(`${name} has not been replaced.`)
}

const gone = (pid: number) =>
  until(
    () => Promise.resolve(existsSync(`/proc/${pid}`)),
    (there) => !there,
  )

const signal = async (system: TestSystem, name: Member, sent: NodeJS.Signals) => {
  const pid = pidOf(system, name)
  process.kill(pid, sent)
  await gone(pid)
}

/** Ends a service as a power cut would. */
export const killed = (name: Service): Fault => ({
  name: `kill -9 ${name}`,
  strike: (system) =>
    replaced(system, name, async () => {
      await signal(system, name, 'SIGKILL')
      await revive(system, name)
    }),
})

const stateOf = (pid: number) => /\) (\w)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1]

/** Stops a service in its tracks, with every connection open. */
export const frozen = (name: Service): Fault => ({
  name: `SIGSTOP ${name}`,
  async strike(system, ms) {
    const pid = pidOf(system, name)
    process.kill(pid, 'SIGSTOP')
    try {
      await until(
        () => Promise.resolve(stateOf(pid)),
        (state) => state === 'T',
      )
      await delay(ms)
      if (stateOf(pid) !== 'T') throw new Error(`${name} did not stay stopped.`)
    } finally {
      process.kill(pid, 'SIGCONT')
    }
  },
})

const away = (name: 'postgres' | 'nats', ms: number, system: TestSystem, meanwhile?: () => void) =>
  replaced(system, name, async () => {
    const kept = system.processes[name]
    await kept?.stop()
    meanwhile?.()
    await delay(ms)
    await kept?.start()
  })

/** What `pg_ctl restart -m immediate` does: no farewell, and recovery from the log. */
export const postgresCrashed: Fault = {
  name: 'PostgreSQL restarted at once',
  strike: (system) =>
    replaced(system, 'postgres', async () => {
      await signal(system, 'postgres', 'SIGQUIT')
      await revive(system, 'postgres')
    }),
}
export const postgresAway: Fault = {
  name: 'PostgreSQL away',
  strike: (system, ms) => away('postgres', ms, system),
}

export const natsAway: Fault = { name: 'NATS away', strike: (system, ms) => away('nats', ms, system) }
export const natsKilled: Fault = {
  name: 'kill -9 nats',
  strike: (system) =>
    replaced(system, 'nats', async () => {
      await signal(system, 'nats', 'SIGKILL')
      await revive(system, 'nats')
    }),
}

const wipe = ({ path }: TestSystem) => {
  const store = join(path, 'nats', 'store')
  if (!existsSync(join(store, 'jetstream'))) throw new Error(`${store} holds no stream that could be lost.`)
  rmSync(store, { recursive: true })
}
export const natsWipedWhileStopped: Fault = {
  name: 'NATS stopped and wiped',
  strike: (system, ms) => away('nats', ms, system, () => wipe(system)),
}
export const natsWipedWhileRunning: Fault = {
  name: 'NATS wiped as it runs, then killed',
  async strike(system, ms, random) {
    wipe(system)
    await delay(ms)
    await natsKilled.strike(system, ms, random)
  },
}

type Cable = ReturnType<CabledSystem['cable']>

/** Breaks a cable for a while, and until it has met something. */
function onCable(
  name: string,
  kind: string,
  breaks: (cable: Cable, random: SeededRandom) => void,
  insists: (cable: Cable) => void = () => undefined,
): Fault {
  const title = `${kind} ${name}`
  return {
    name: title,
    async strike(system, ms, random) {
      const cable = system.cable(name)
      const before = cable.hits
      breaks(cable, random)
      try {
        await delay(ms)
        if (cable.hits === before) insists(cable)
        await until(
          () => {
            // Not every way is used by every load.
            void request(system.url, 'GET', '/health').catch(() => undefined)
            return Promise.resolve(cable.hits)
          },
          (hits) => hits > before,
          30_000,
        ).catch((cause: unknown) => {
          throw new Error(`${title} has hit nothing.`, { cause })
        })
      } finally {
        cable.mend()
      }
    },
  }
}
export const cut = (name: string) => onCable(name, 'cut', (cable) => cable.cut())
export const slow = (name: string, ms: number) => onCable(name, `${ms} ms on`, (cable) => cable.delay(ms))
export const silent = (name: string) => onCable(name, 'silence on', (cable) => cable.silence())
/** Where little passes, one in twenty may be none: then the next. */
export const frayed = (name: string) =>
  onCable(
    name,
    '5 % reset on',
    (cable, random) => cable.fray(0.05, () => random.next()),
    (cable) => cable.fray(1, () => 0),
  )

/** Sets the clock of a service wrong, and right again after a while. */
export const wrongClock = (name: Service, hours: number): Fault => ({
  name: `clock of ${name} ${Math.abs(hours)} h ${hours > 0 ? 'ahead' : 'behind'}`,
  async strike(system, ms) {
    await system.clocks.set(system, name, hours)
    try {
      await delay(ms)
    } finally {
      await system.clocks.set(system, name, 0)
    }
  },
})

/** The gateway remembers for a second how it was. */
export const LOOKS_AFTER_MS = 1_100

/** Waits until the whole is well again, by its own word, and says how long that took: never less than it waits first. */
export async function well({ url }: TestSystem, withinMs = 60_000): Promise<number> {
  const began = performance.now()
  await delay(LOOKS_AFTER_MS)
  const health = () => request(url, 'GET', '/health').catch(() => undefined)
  await until(
    health,
    (answer) => (answer?.body as { status?: string } | undefined)?.status === 'ok',
    withinMs,
  )
  return Math.round(performance.now() - began)
}
