import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { closedLoop } from '../load/closed-loop.ts'
import { findPgbench, pgbench } from '../load/pgbench.ts'
import type { Measure } from '../measure.ts'
import type { Bench, Person } from '../stack/bench.ts'
import { fillInventory, FIRST, resourceId, unitId } from '../stack/fill.ts'
import { recordTransaction } from '../stack/recorded-transaction.ts'
import { interleaved, median } from '../statistics.ts'

const RESOURCES = 20_000
const CLIENTS = 16
const ROUNDS = 5
const API_SECONDS = 6
const PGBENCH_SECONDS = 4
/** Within this the recorded booking is moved about: no other booking of the measure is in these years. */
const RECORDED = { number: 7, month: '2030-11', start: '2030-11-11T09:00:00.000Z' }

/** As many as the fastest run fills. */
const YEARS_OF_A_RUN = 5

const HOUR = 3_600_000

/** Bookings of one hour each, none of which meets another: every resource at one hour, then every one at the next. */
export function uncontended(bench: Bench, people: readonly Person[]) {
  let count = 0
  const from = Math.ceil(Date.now() / HOUR) * HOUR + 24 * HOUR
  return (client: number) => {
    const number = count++
    const start = from + Math.floor(number / RESOURCES) * 2 * HOUR
    return book(bench, people[client % people.length] as Person, number % RESOURCES, new Date(start))
  }
}

/** How an item is asked for. */
export type ItemOf = (number: number) => object
export const anyUnit: ItemOf = (number) => ({ resource_id: resourceId(number), quantity: 1 })
export const theUnit: ItemOf = (number) => ({ resource_unit_id: unitId(number) })

/** An hour of the resource of a number, or by `theUnit` of its unit. */
export function book({ gateway }: Bench, person: Person, number: number, start: Date, itemOf = anyUnit) {
  const body = JSON.stringify({
    start_at: start.toISOString(),
    end_at: new Date(start.getTime() + HOUR).toISOString(),
    items: [itemOf(number)],
  })
  const headers = {
    ...person.headers,
    'Content-Type': 'application/json',
    'Idempotency-Key': randomUUID(),
  }
  return gateway.send({ method: 'POST', path: '/bookings', headers, body })
}

/** `POST /bookings` through the whole stack, against the database doing the very same statements and nothing else. */
export const booking: Measure = {
  name: 'booking',
  async run(bench, say) {
    const { staff } = await bench.organization(CLIENTS)
    const [someone] = staff
    if (someone === undefined) throw new Error('There is nobody to book.')
    await fillInventory(bench, someone.orgId, RESOURCES)
    const send = uncontended(bench, staff)
    say('warming up')
    await closedLoop({ clients: CLIENTS, seconds: 5, expected: 201, send })

    const program = findPgbench()
    if (program === undefined) {
      say('pgbench is not installed (Debian: postgresql-contrib): the booking rate is not compared')
      return []
    }
    const start = new Date(RECORDED.start)
    const statements = await recordTransaction(bench, 'insert into occupancy', () =>
      book(bench, someone, RECORDED.number, start),
    )
    const folder = mkdtempSync(join(tmpdir(), 'kitroom-pgbench-'))
    try {
      const script = join(folder, 'booking.sql')
      writeFileSync(script, scriptOf(statements, someone))
      let run = 0
      const replay = (clients: number, seconds: number) =>
        pgbench({
          program,
          script,
          clients,
          seconds,
          url: bench.system.databaseUrl('booking'),
          variables: { kfirst: 31 + YEARS_OF_A_RUN * run++, kcount: 0 },
        })
      let best = { clients: 0, rate: 0 }
      for (const clients of [4, 8, 16, 32]) {
        const rate = await replay(clients, 3)
        say(`pgbench with ${clients} clients: ${rate.toFixed(0)} bookings/s`)
        if (rate > best.rate) best = { clients, rate }
      }
      const latencies: number[] = []
      const rates = await interleaved(ROUNDS, {
        api: async (round) => {
          const { rate, latencies: seen } = await closedLoop({
            clients: CLIENTS,
            seconds: API_SECONDS,
            expected: 201,
            send,
          })
          latencies.push(...seen)
          say(`round ${round + 1}: ${rate.toFixed(0)} bookings/s through the gateway`)
          return rate
        },
        pgbench: () => replay(best.clients, PGBENCH_SECONDS),
      })
      return [
        {
          name: 'POST /bookings through the gateway ÷ pgbench with the same statements',
          value: rates.api / rates.pgbench,
          unit: 'ratio',
          goal: { atLeast: 0.33 },
          parts: {
            bookings_per_second: rates.api,
            pgbench_per_second: rates.pgbench,
            pgbench_clients: best.clients,
            statements: statements.length,
            p50_ms: median(latencies),
          },
        },
      ]
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
}

/**
 * The recorded transaction with what must differ from run to run made of variables: each client walks through
 * resources of its own and, when it has been through them, months; whatever was new is new again.
 */
function scriptOf(statements: readonly string[], { orgId, id }: Person): string {
  const text = statements.map((statement) => `${statement};`).join('\n')
  const known = new Set([orgId, id])
  const isResource = (uuid: string) => uuid.startsWith('01990000-0000-7000-')
  const uuids = new Set(text.match(/[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}/g) ?? [])
  let script = text.replaceAll(String(FIRST + RECORDED.number), ':kresource')
  for (const uuid of uuids) {
    if (!known.has(uuid) && !isResource(uuid)) script = script.replaceAll(uuid, `${uuid.slice(0, 24)}:knew`)
  }
  script = script.replaceAll(RECORDED.month, '20:kyear-:kmonth')
  return `\\set kcount :kcount + 1
\\set kresource ${FIRST} + (:client_id * 600 + :kcount % 600)
\\set kmonth 10 + (:kcount / 600) % 3
\\set kyear :kfirst + (:kcount / 1800) % ${YEARS_OF_A_RUN}
\\set knew random(100000000000, 999999999999)
${script}
`
}
