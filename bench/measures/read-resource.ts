import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

import { closedLoop } from '../load/closed-loop.ts'
import { httpClient } from '../load/http-client.ts'
import type { Measure } from '../measure.ts'
import { fillInventory, resourceId } from '../stack/fill.ts'
import { interleaved } from '../statistics.ts'

const RESOURCES = 2_000
const CLIENTS = 16
/** Many short ones: processors are not equally fast from one moment to the next. */
const SECONDS = 1
const ROUNDS = 20

/** `GET /resources/{id}`: what the gateway costs, and what the service costs above one query behind a bare Express. */
export const readResource: Measure = {
  name: 'read-resource',
  async run(bench, say) {
    const { staff } = await bench.organization(1)
    const [reader] = staff
    if (reader === undefined) throw new Error('There is nobody to read.')
    await fillInventory(bench, reader.orgId, RESOURCES)
    const bare = await bareExpress(bench.system.databaseUrl('inventory'), reader.orgId)
    const direct = httpClient(`http://127.0.0.1:${bench.system.ports.inventory.http}`, CLIENTS)
    const plain = httpClient(bare.url, CLIENTS)
    let next = 0
    const path = () => `/resources/${resourceId(next++ % RESOURCES)}`
    const rateOf = async (send: () => ReturnType<typeof direct.send>) =>
      (await closedLoop({ clients: CLIENTS, seconds: SECONDS, expected: 200, send })).rate
    const ways = {
      gateway: () => rateOf(() => bench.gateway.send({ path: path(), headers: reader.headers })),
      // Signed again in each round: a statement lives half a minute.
      direct: async () => {
        const headers = await bench.straightTo('inventory', reader)
        return rateOf(() => direct.send({ path: path(), headers }))
      },
      bare: () => rateOf(() => plain.send({ path: path() })),
    }
    try {
      say('warming up')
      for (const way of Object.values(ways)) await way()
      const rates = await interleaved(ROUNDS, ways)
      const parts = {
        gateway_per_second: rates.gateway,
        direct_per_second: rates.direct,
        bare_per_second: rates.bare,
      }
      return [
        {
          name: 'GET /resources/{id} through the gateway ÷ straight to inventory',
          value: rates.gateway / rates.direct,
          unit: 'ratio',
          goal: { atLeast: 0.6 },
          parts,
        },
        {
          name: 'GET /resources/{id} straight to inventory ÷ bare Express with one query',
          value: rates.direct / rates.bare,
          unit: 'ratio',
          goal: { atLeast: 0.5 },
          parts,
        },
      ]
    } finally {
      direct.close()
      plain.close()
      bare.stop()
    }
  },
}

/** A process of its own, as the services are. */
async function bareExpress(databaseUrl: string, orgId: string): Promise<{ url: string; stop: () => void }> {
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, '../stack/bare-express.ts')],
    { env: { DATABASE_URL: databaseUrl, ORG_ID: orgId }, stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const [announced] = (await once(child.stdout, 'data')) as [Buffer]
  return { url: `http://127.0.0.1:${announced.toString().trim()}`, stop: () => child.kill() }
}
