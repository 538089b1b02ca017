import { setTimeout as delay } from 'node:timers/promises'

import { closedLoop } from '../load/closed-loop.ts'
import type { Measure } from '../measure.ts'
import type { Bench, Person } from '../stack/bench.ts'
import { fillInventory } from '../stack/fill.ts'
import { median, quantile } from '../statistics.ts'
import { uncontended } from './book.ts'

const RESOURCES = 20_000
const CLIENTS = 16
const SECONDS = 60
const PROBE_EVERY_MS = 20
const GIVE_UP_MS = 60_000

/** How soon a committed change can be read in the audit while sixteen clients book as fast as they can. */
export const auditLag: Measure = {
  name: 'audit-lag',
  async run(bench, say) {
    const { admin, staff } = await bench.organization(CLIENTS)
    await fillInventory(bench, admin.orgId, RESOURCES)
    const send = uncontended(bench, staff)
    await closedLoop({ clients: CLIENTS, seconds: 5, expected: 201, send })
    say('booking, and looking up what one of the clients has booked')
    const loading = closedLoop({ clients: CLIENTS, seconds: SECONDS, expected: 201, send })
    const lags: number[] = []
    const end = performance.now() + SECONDS * 1_000
    while (performance.now() < end) {
      const { text } = await send(0)
      const committed = performance.now()
      lags.push(await untilAudited(bench, admin, (JSON.parse(text) as { id: string }).id, committed))
      await delay(PROBE_EVERY_MS)
    }
    const { rate } = await loading
    const ended = performance.now()
    await untilNothingWaits(bench)
    const drained = (performance.now() - ended) / 1_000
    const parts = { bookings_per_second: rate, probes: lags.length, p50_ms: median(lags) }
    return [
      {
        name: 'commit → visible in GET /audit under load, p99',
        value: quantile(lags, 0.99),
        unit: 'ms',
        goal: { atMost: 250 },
        parts,
      },
      { name: 'backlog gone after the load', value: drained, unit: 's', goal: { atMost: 5 }, parts },
    ]
  },
}

/** @returns milliseconds from the answer to the booking until the audit shows it */
async function untilAudited(
  { gateway }: Bench,
  { headers }: Person,
  id: string,
  since: number,
): Promise<number> {
  for (;;) {
    const { text } = await gateway.send({ path: `/audit?entity_id=${id}&limit=1`, headers })
    const passed = performance.now() - since
    if ((JSON.parse(text) as { data: unknown[] }).data.length > 0) return passed
    if (passed > GIVE_UP_MS) throw new Error(`booking ${id} is not in the audit after ${GIVE_UP_MS} ms`)
    await delay(5)
  }
}

async function untilNothingWaits({ sql }: Bench): Promise<void> {
  const waiting = () => sql('select 1 from booking.outbox where confirmed_at is null limit 1')
  while ((await waiting()).length > 0) await delay(50)
}
