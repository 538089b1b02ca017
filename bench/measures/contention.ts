import { closedLoop } from '../load/closed-loop.ts'
import type { Measure } from '../measure.ts'
import { fillInventory } from '../stack/fill.ts'
import { median, quantile } from '../statistics.ts'
import { book } from './book.ts'

const AT_ONCE = 200
const QUIET = 100
const ROUNDS = 5
/** Uncounted at first, as after a start everything is slow once. */
const WARM_UP = 3
const PEOPLE = 20
const FIGHTERS = 32
const FIGHT_SECONDS = 10
const HOURS = 60
const HOUR = 3_600_000

/** Two hundred who want one unit at one hour, against one who books undisturbed; and a fight over one unit that goes on (CON-6). */
export const contention: Measure = {
  name: 'contention',
  async run(bench, say) {
    const { staff } = await bench.organization(PEOPLE)
    const [first] = staff
    if (first === undefined) throw new Error('There is nobody to book.')
    await fillInventory(bench, first.orgId, QUIET * ROUNDS + ROUNDS + WARM_UP + 1)
    const start = new Date('2031-03-03T09:00:00.000Z')
    let unit = 0
    const quiet: number[] = []
    const losers: number[] = []
    const winners: number[] = []
    const rush = () => {
      const wanted = unit++
      return Promise.all(
        Array.from({ length: AT_ONCE }, (_, who) => book(bench, staff[who % PEOPLE] ?? first, wanted, start)),
      )
    }
    say('warming up')
    for (let round = 0; round < WARM_UP; round++) await rush()
    for (let round = 0; round < ROUNDS; round++) {
      for (let alone = 0; alone < QUIET; alone++) quiet.push((await book(bench, first, unit++, start)).ms)
      const heard = await rush()
      winners.push(heard.filter(({ status }) => status === 201).length)
      const refused = heard.filter(({ status }) => status === 409).map(({ ms }) => ms)
      losers.push(...refused)
      say(
        `round ${round + 1}: ${winners.at(-1) ?? 0} of ${AT_ONCE} won; half of the others knew after ${median(refused).toFixed(0)} ms, the last after ${Math.max(...refused).toFixed(0)}`,
      )
    }
    say(`${FIGHTERS} fight over one unit and ${HOURS} hours`)
    const prize = unit++
    const fight = await closedLoop({
      clients: FIGHTERS,
      seconds: FIGHT_SECONDS,
      expected: [201, 409],
      send(client) {
        const hour = new Date(start.getTime() + Math.floor(Math.random() * HOURS) * HOUR)
        return book(bench, staff[client % PEOPLE] ?? first, prize, hour)
      },
    })
    const parts = {
      quiet_p50_ms: median(quiet),
      losers_p99_ms: quantile(losers, 0.99),
      refused: losers.length,
      won: winners.join(' '),
    }
    const isExact = winners.every((won) => won === 1) && losers.length === ROUNDS * (AT_ONCE - 1)
    return [
      {
        name: '200 at once for one unit and hour: rounds with exactly one 201 and 199 times 409',
        value: isExact ? ROUNDS : winners.filter((won) => won === 1).length,
        unit: 'rounds',
        goal: { atLeast: ROUNDS },
        parts,
      },
      {
        name: 'p99 of the others ÷ quiet p50',
        value: quantile(losers, 0.99) / median(quiet),
        unit: 'ratio',
        goal: { atMost: 10 },
        parts,
      },
      {
        name: `p99 of ${FIGHTERS} who go on fighting over one unit and ${HOURS} hours`,
        value: quantile(fight.latencies, 0.99),
        unit: 'ms',
        goal: { atMost: 250 },
        parts: { per_second: fight.rate, p50_ms: median(fight.latencies) },
      },
    ]
  },
}
