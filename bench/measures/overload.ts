import { closedLoop } from '../load/closed-loop.ts'
import { httpClient } from '../load/http-client.ts'
import { openLoop } from '../load/open-loop.ts'
import type { Measure } from '../measure.ts'
import { fillInventory } from '../stack/fill.ts'
import { median, quantile } from '../statistics.ts'
import { uncontended } from './book.ts'

const RESOURCES = 20_000
const CLIENTS = 16
const PEAK_SECONDS = 10
const TIMES = 3
const SECONDS = 60
const GIVE_UP_MS = 60_000
const MOST_WAITING = 4_000

/** Three times as many bookings as can be made: how many are, and how soon all is as before (DOS-8). */
export const overload: Measure = {
  name: 'overload',
  async run(bench, say) {
    const { admin, staff } = await bench.organization(CLIENTS)
    await fillInventory(bench, admin.orgId, RESOURCES)
    using opened = new DisposableStack()
    // As many connections as there are callers who wait.
    const gateway = opened.adopt(httpClient(bench.system.url, MOST_WAITING), (client) => client.close())
    const send = uncontended({ ...bench, gateway }, staff)
    await closedLoop({ clients: CLIENTS, seconds: 5, expected: 201, send })
    const peak = await closedLoop({ clients: CLIENTS, seconds: PEAK_SECONDS, expected: 201, send })
    const quiet = await closedLoop({ clients: 1, seconds: 3, expected: 201, send })
    const perSecond = TIMES * peak.rate
    say(
      `${peak.rate.toFixed(0)} bookings/s at best; now ${perSecond.toFixed(0)} are asked for in each second`,
    )
    const heard = await openLoop({ perSecond, seconds: SECONDS, send })
    const over = performance.now()
    await untilQuick(send, 2 * median(quiet.latencies), over)
    const backAfter = (performance.now() - over) / 1_000
    const made = heard.filter(({ status }) => status === 201)
    const refused = heard.filter(({ status }) => status === 503)
    const parts = {
      peak_per_second: peak.rate,
      asked_per_second: heard.length / SECONDS,
      made_per_second: made.length / SECONDS,
      refused: refused.length,
      otherwise: heard.length - made.length - refused.length,
    }
    return [
      {
        name: `bookings made while ${TIMES} times as many are asked for ÷ at best`,
        value: made.length / SECONDS / peak.rate,
        unit: 'ratio',
        goal: { atLeast: 0.8 },
        parts,
      },
      {
        name: 'p99 of those made',
        value: quantile(
          made.map(({ ms }) => ms),
          0.99,
        ),
        unit: 'ms',
        goal: { atMost: 1_000 },
        parts,
      },
      { name: 'a booking is quick again', value: backAfter, unit: 's', goal: { atMost: 5 }, parts },
    ]
  },
}

/** Books one after the other until ten in a row took no longer than told. */
async function untilQuick(send: ReturnType<typeof uncontended>, ms: number, since: number): Promise<void> {
  for (let quick = 0; quick < 10;) {
    const answer = await send(0)
    quick = answer.status === 201 && answer.ms <= ms ? quick + 1 : 0
    if (performance.now() - since > GIVE_UP_MS) throw new Error(`not quick after ${GIVE_UP_MS} ms`)
  }
}
