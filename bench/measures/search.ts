import { closedLoop } from '../load/closed-loop.ts'
import type { Measure } from '../measure.ts'
import type { Bench, Person } from '../stack/bench.ts'
import { fillInventory } from '../stack/fill.ts'
import { interleaved, median } from '../statistics.ts'

const FEW = 2_000
const MANY = 200_000
const ROUNDS = 5
const SECONDS = 3

/** Whether looking for a resource takes longer where there are a hundred times as many. */
export const search: Measure = {
  name: 'search',
  async run(bench, say) {
    say(`writing ${FEW} and ${MANY} resources`)
    const small = await filled(bench, FEW)
    const large = await filled(bench, MANY)
    const p50 = await interleaved(ROUNDS, {
      few: () => p50Of(bench, small, FEW),
      many: () => p50Of(bench, large, MANY),
    })
    return [
      {
        name: `GET /resources?q= over ${MANY} resources ÷ over ${FEW}, p50`,
        value: p50.many / p50.few,
        unit: 'ratio',
        goal: { atMost: 2 },
        parts: { few_ms: p50.few, many_ms: p50.many },
      },
    ]
  },
}

async function filled(bench: Bench, resources: number): Promise<Person> {
  const { admin } = await bench.organization(0)
  await fillInventory(bench, admin.orgId, resources)
  return admin
}

/** Looks for one camera by its number, as somebody types it; more than one name may contain it. */
async function p50Of(bench: Bench, { headers }: Person, resources: number): Promise<number> {
  let next = 0
  const send = () => {
    const number = (next++ * 7_919) % resources
    return bench.gateway.send({ path: `/resources?q=camera%20${number}`, headers })
  }
  return median((await closedLoop({ clients: 1, seconds: SECONDS, expected: 200, send })).latencies)
}
