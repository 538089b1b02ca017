import type { Measure } from '../measure.ts'
import type { Bench, Person } from '../stack/bench.ts'
import { fillBookings, fillInventory } from '../stack/fill.ts'
import { interleaved, median } from '../statistics.ts'
import { book } from './book.ts'

const UNITS = 20_000
const FEW = 10_000
const MANY = 1_000_000
const ROUNDS = 7
const EACH = 60
const HOUR = 3_600_000

/** Whether a booking takes longer where a million have been made. */
export const volume: Measure = {
  name: 'volume',
  async run(bench, say) {
    const from = new Date(Math.ceil(Date.now() / HOUR) * HOUR + 240 * HOUR)
    say(`writing ${FEW} bookings`)
    const small = await filled(bench, FEW, from)
    say(`writing ${MANY} bookings, which takes some minutes`)
    const large = await filled(bench, MANY, from)
    const p50 = await interleaved(ROUNDS, {
      few: (round) => p50Of(bench, small, from, round),
      many: (round) => p50Of(bench, large, from, round),
    })
    return [
      {
        name: `booking p50 with ${MANY} bookings over ${UNITS} units ÷ with ${FEW}`,
        value: p50.many / p50.few,
        unit: 'ratio',
        goal: { atMost: 1.2 },
        parts: { few_ms: p50.few, many_ms: p50.many },
      },
    ]
  },
}

async function filled(bench: Bench, bookings: number, from: Date): Promise<Person> {
  const { admin, staff } = await bench.organization(1)
  const [person] = staff
  if (person === undefined) throw new Error('There is nobody to book.')
  await fillInventory(bench, person.orgId, UNITS)
  await fillBookings(bench, { orgId: person.orgId, userId: admin.id, bookings, units: UNITS, from })
  return person
}

/** Books odd hours, between what is there. */
async function p50Of(bench: Bench, person: Person, from: Date, round: number): Promise<number> {
  const times: number[] = []
  for (let index = 0; index < EACH; index++) {
    const { status, text, ms } = await book(
      bench,
      person,
      ((round * EACH + index) * 37) % UNITS,
      new Date(from.getTime() + HOUR),
    )
    if (status !== 201) throw new Error(`${status} instead of 201: ${text}`)
    times.push(ms)
  }
  return median(times)
}
