import { afterAll, beforeAll } from '@jest/globals'
import type { SystemOptions } from '@kitroom/local'
import { type Cable, layCable } from '@kitroom/testing'

import { type TestSystem, testSystem } from '../test-system.ts'
import { type Clocks, newClocks } from './clocks.ts'

/**
 * The system as it is run, each commit on the disk, with a cable on every way from one of its parts to another, by `from>to`,
 * and clocks of the services that can be set.
 */
export interface CabledSystem extends TestSystem {
  clocks: Clocks
  cables: ReadonlyMap<string, Cable>
  cable: (name: string) => Cable
}

/** Whom a service reaches by each of its variables. */
const REACHED_BY: Record<string, string> = {
  DATABASE_URL: 'postgres',
  NATS_URL: 'nats',
  AUTH_URL: 'auth',
  INVENTORY_URL: 'inventory',
  BOOKING_URL: 'booking',
  AUDIT_URL: 'audit',
  AUTH_GRPC: 'auth-grpc',
  INVENTORY_GRPC: 'inventory-grpc',
}

async function cabledSystem(): Promise<CabledSystem> {
  await using parts = new AsyncDisposableStack()
  const cables = new Map<string, Cable>()
  const clocks = parts.use(await newClocks())
  const through = async (from: string, name: string, address: string) => {
    const to = REACHED_BY[name]
    const port = /127\.0\.0\.1:(\d+)/.exec(address)?.[1]
    if (to === undefined || port === undefined) return address
    const cable = parts.use(await layCable(Number(port)))
    cables.set(`${from}>${to}`, cable)
    return address.replace(`127.0.0.1:${port}`, `127.0.0.1:${cable.port}`)
  }
  const rewire: NonNullable<SystemOptions['rewire']> = async (environments) => {
    const rewired = structuredClone(environments)
    for (const [from, variables] of Object.entries(rewired))
      for (const [name, value] of Object.entries(variables))
        variables[name] = await through(from, name, value)
    return clocks.under(rewired)
  }
  const system = parts.use(await testSystem({ rewire, durable: true }))
  const running = parts.move()
  return {
    ...system,
    clocks,
    cables,
    cable(name) {
      const cable = cables.get(name)
      if (cable === undefined) throw new Error(`there is no cable ${name}`)
      return cable
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}

/** The one of a test file: it starts before the tests there and stops after them. */
export function cabledFor(): { readonly system: CabledSystem } {
  let system: CabledSystem
  beforeAll(async () => {
    system = await cabledSystem()
  }, 120_000)
  afterAll(async () => {
    await system[Symbol.asyncDispose]()
  }, 60_000)
  return {
    get system() {
      return system
    },
  }
}
