import { closedLoop } from '../load/closed-loop.ts'
import type { Figure, Measure } from '../measure.ts'
import { fillInventory } from '../stack/fill.ts'
import { median, quantile } from '../statistics.ts'
import { anyUnit, book, type ItemOf, theUnit } from './book.ts'

const AT_ONCE = 200
const QUIET = 100
const ROUNDS = 11
/** Uncounted at first: after a start everything is slow until Node has compiled what is used often. */
const WARM_UP = 40
const FIGHTERS = 32
const FIGHT_SECONDS = 10
const HOURS = 60
const HOUR = 3_600_000

/** Two hundred who want one unit at one hour, against one who books undisturbed; and a fight over one unit that goes on (CON-6). */
export const contention: Measure = {
  name: 'contention',
  async run(bench, say) {
    const { staff } = await bench.organization(AT_ONCE)
    const [first] = staff
    if (first === undefined) throw new Error('There is nobody to book.')
    await fillInventory(bench, first.orgId, 2 * (ROUNDS * (QUIET + 1) + WARM_UP) + 1)
    const start = new Date('2031-03-03T09:00:00.000Z')
    let unit = 0
    const rush = (itemOf: ItemOf) => {
      const wanted = unit++
      return Promise.all(
        Array.from({ length: AT_ONCE }, (_, who) => book(bench, staff[who] ?? first, wanted, start, itemOf)),
      )
    }
    const roundsOf = async (itemOf: ItemOf): Promise<Round[]> => {
      say('warming up')
      for (let round = 0; round < WARM_UP; round++) await rush(itemOf)
      const rounds: Round[] = []
      for (let round = 0; round < ROUNDS; round++) {
        const quiet: number[] = []
        for (let alone = 0; alone < QUIET; alone++)
          quiet.push((await book(bench, first, unit++, start, itemOf)).ms)
        const heard = await rush(itemOf)
        const refused = heard.filter(({ status }) => status === 409).map(({ ms }) => ms)
        const winners = heard.filter(({ status }) => status === 201).length
        const [quietP50, losersP99] = [median(quiet), quantile(refused, 0.99)]
        rounds.push({ quietP50, losersP99, losers: refused.length, winners })
        say(
          `round ${round + 1}: ${winners} of ${AT_ONCE} won; half of the others knew after ${median(refused).toFixed(0)} ms, 99 % after ${losersP99.toFixed(0)}; one alone ${quietP50.toFixed(1)}`,
        )
      }
      return rounds
    }
    const ofAny = await roundsOf(anyUnit)
    say('the same where all ask for the unit by its id')
    const byId = await roundsOf(theUnit)
    say(`${FIGHTERS} fight over one unit and ${HOURS} hours`)
    const prize = unit++
    const fight = await closedLoop({
      clients: FIGHTERS,
      seconds: FIGHT_SECONDS,
      expected: [201, 409],
      send(client) {
        const hour = new Date(start.getTime() + Math.floor(Math.random() * HOURS) * HOUR)
        return book(bench, staff[client] ?? first, prize, hour)
      },
    })
    const exact = [...ofAny, ...byId].filter(({ winners, losers }) => winners === 1 && losers === AT_ONCE - 1)
    return [
      {
        name: '200 at once for one unit and hour: rounds with exactly one 201 and 199 times 409',
        value: exact.length,
        unit: 'rounds',
        goal: { atLeast: 2 * ROUNDS },
        parts: {},
      },
      lateness('p99 of the others ÷ quiet p50', ofAny),
      lateness('the same where all ask for the unit by its id', byId),
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

interface Round {
  quietP50: number
  losersP99: number
  losers: number
  winners: number
}

function lateness(name: string, rounds: readonly Round[]): Figure {
  return {
    name,
    value: median(rounds.map(({ losersP99, quietP50 }) => losersP99 / quietP50)),
    unit: 'ratio',
    goal: { atMost: 10 },
    parts: {
      quiet_p50_ms: median(rounds.map(({ quietP50 }) => quietP50)),
      losers_p99_ms: median(rounds.map(({ losersP99 }) => losersP99)),
      slowest_round_ms: Math.max(...rounds.map(({ losersP99 }) => losersP99)),
    },
  }
}
