import { openLoop } from '../load/open-loop.ts'
import type { Measure } from '../measure.ts'
import { PASSWORD } from '../stack/bench.ts'
import { median, quantile } from '../statistics.ts'

const PEOPLE = 50
const AT_ONCE = 500
const READS_PER_SECOND = 50
const SECONDS = 6
const ROUNDS = 5

/** Five hundred who sign in at once, against those who are reading: a hash takes a whole core for its time (AUT-12). */
export const signIn: Measure = {
  name: 'sign-in',
  async run(bench, say) {
    const { admin, staff } = await bench.organization(PEOPLE)
    const read = () => bench.gateway.send({ path: '/tags', headers: admin.headers })
    const login = (turn: number) =>
      bench.gateway.send({
        method: 'POST',
        path: '/auth/login',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ email: staff[turn % PEOPLE]?.email, password: PASSWORD }),
      })
    const p99s: number[] = []
    const signed: number[] = []
    let failed = 0
    for (let round = 0; round < ROUNDS; round++) {
      const reading = openLoop({ perSecond: READS_PER_SECOND, seconds: SECONDS, send: read })
      const answers = await Promise.all(Array.from({ length: AT_ONCE }, (_, turn) => login(turn)))
      const reads = await reading
      const times = reads.map(({ ms }) => ms)
      const p99 = quantile(times, 0.99)
      const admitted = answers.filter(({ status }) => status === 200).length
      p99s.push(p99)
      signed.push(admitted)
      failed += reads.filter(({ status }) => status !== 200).length
      failed += answers.filter(({ status }) => status !== 200 && status !== 503).length
      say(
        `round ${round + 1}: ${admitted} of ${AT_ONCE} signed in, the others were told to come back; reads ${p99.toFixed(0)} ms (p99)`,
      )
    }
    const parts = { signed_in: median(signed), failed, rounds: p99s.map((ms) => ms.toFixed(0)).join(' ') }
    return [
      {
        name: `p99 of ${READS_PER_SECOND} reads a second beside ${AT_ONCE} who sign in at once`,
        value: median(p99s),
        unit: 'ms',
        goal: { atMost: 250 },
        parts,
      },
      { name: 'reads that failed meanwhile', value: failed, unit: 'requests', goal: { atMost: 0 }, parts },
    ]
  },
}
