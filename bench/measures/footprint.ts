import { readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'

import { closedLoop } from '../load/closed-loop.ts'
import type { Measure } from '../measure.ts'
import { fillInventory, resourceId } from '../stack/fill.ts'
import { uncontended } from './book.ts'

const REQUESTS = 100_000
const RESOURCES = 20_000
const CLIENTS = 16
/** Half a minute without requests, and time to notice. */
const REST_SECONDS = 45
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
    const before = sum(memory(bench.system.processes, 'smaps_rollup', 'Pss'))
    while (count < REQUESTS) {
      await closedLoop({ clients: CLIENTS, seconds: 10, expected: [200, 201], send })
      say(`${count} requests`)
    }
    const shared = memory(bench.system.processes, 'smaps_rollup', 'Pss')
    const resident = residentSets(bench.system.processes)
    say(`at rest for ${REST_SECONDS} s`)
    await pause(REST_SECONDS * 1_000)
    const atRest = residentSets(bench.system.processes)
    return [
      {
        name: `memory of the five services right after ${REQUESTS} requests, what they share counted once (PSS)`,
        value: sum(shared),
        unit: 'MB',
        goal: { atMost: 600 },
        parts: { ...shared, before },
      },
      {
        name: 'the same as the sum of their resident sets (RSS), in which the program of Node counts five times',
        value: sum(resident),
        unit: 'MB',
        goal: { atMost: 600 },
        parts: resident,
      },
      {
        name: `the sum of their resident sets ${REST_SECONDS} s later`,
        value: sum(atRest),
        unit: 'MB',
        goal: { atMost: 600 },
        parts: atRest,
      },
    ]
  },
}

type Pids = Record<(typeof SERVICES)[number], { pid: number | undefined }>

const sum = (values: Record<string, number>) => Object.values(values).reduce((total, mb) => total + mb, 0)

/** By service, in MB, as a file of /proc has it. */
const memory = (processes: Pids, file: string, field: string): Record<string, number> =>
  Object.fromEntries(
    SERVICES.map((name) => {
      const told = readFileSync(`/proc/${processes[name].pid ?? 0}/${file}`, 'utf8')
      return [name, Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(told)?.[1]) / 1_024]
    }),
  )

const residentSets = (processes: Pids) => memory(processes, 'status', 'VmRSS')
