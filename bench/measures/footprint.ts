import { readFileSync } from 'node:fs'

import { closedLoop } from '../load/closed-loop.ts'
import type { Measure } from '../measure.ts'
import { fillInventory, resourceId } from '../stack/fill.ts'
import { uncontended } from './book.ts'

const REQUESTS = 100_000
const RESOURCES = 20_000
const CLIENTS = 16
const SERVICES = ['gateway', 'auth', 'inventory', 'booking', 'audit'] as const

/** What the five services keep in memory after a hundred thousand requests of all kinds. */
export const footprint: Measure = {
  name: 'footprint',
  async run(bench, say) {
    const { admin, staff } = await bench.organization(CLIENTS)
    await fillInventory(bench, admin.orgId, RESOURCES)
    const book = uncontended(bench, staff)
    let count = 0
    /** One in twenty books; the others look. */
    const send = (client: number) => {
      const { headers } = staff[client] ?? admin
      switch (count++ % 20) {
        case 0:
          return book(client)
        case 1:
          return bench.gateway.send({ path: '/bookings?limit=20', headers })
        case 2:
          return bench.gateway.send({ path: '/audit?limit=20', headers })
        case 3:
          return bench.gateway.send({ path: '/auth/me', headers })
        default:
          return bench.gateway.send({ path: `/resources/${resourceId(count % RESOURCES)}`, headers })
      }
    }
    const before = memory(bench.system.processes)
    while (count < REQUESTS) {
      await closedLoop({ clients: CLIENTS, seconds: 10, expected: [200, 201], send })
      say(`${count} requests`)
    }
    const after = memory(bench.system.processes)
    const total = Object.values(after).reduce((sum, mb) => sum + mb, 0)
    return [
      {
        name: `resident memory of the five services after ${REQUESTS} requests`,
        value: total,
        unit: 'MB',
        goal: { atMost: 600 },
        parts: { ...after, before: Object.values(before).reduce((sum, mb) => sum + mb, 0) },
      },
    ]
  },
}

type Pids = Record<(typeof SERVICES)[number], { pid: number | undefined }>

/** By service, in MB of resident memory. */
const memory = (processes: Pids): Record<string, number> =>
  Object.fromEntries(
    SERVICES.map((name) => {
      const status = readFileSync(`/proc/${processes[name].pid ?? 0}/status`, 'utf8')
      return [name, Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1_024]
    }),
  )
