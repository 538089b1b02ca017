import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { ImportReport } from '@kitroom/contracts'
import { scaled } from '@kitroom/testing'

import { type Answer, type InventorySystem, inventorySystem, type Person } from './inventory-system.ts'

let on: InventorySystem
let staff: Person

beforeAll(async () => {
  on = await inventorySystem()
  staff = on.person('staff')
})
afterAll(() => on[Symbol.asyncDispose]())

const ROUNDS = scaled(2, 91)

type Ask = () => Promise<Answer<object>>
/** @param both this barcode and another one, in an order of its own */
type Way = (barcode: string, both: readonly string[]) => Promise<Ask>

const restored = (path: string) => on.send<object>(staff, 'POST', `${path}/restore`, { ifMatch: 2 })
const posted = (path: string, body: object) => on.send<object>(staff, 'POST', path, { body })
const deleted = async (path: string) => {
  expect((await on.send(staff, 'DELETE', path, { ifMatch: 1 })).status).toBe(204)
  return path
}
async function unitWith(barcode: string): Promise<string> {
  const [unit] = await on.unitsOf(staff, await on.resource(staff, 'Of one unit', [barcode]))
  return `/units/${unit?.id}`
}

const RESTORING: Record<string, Way> = {
  async 'a resource is restored'(_, both) {
    const path = await deleted(`/resources/${(await on.resource(staff, 'Gone', both)).id}`)
    return () => restored(path)
  },
  async 'a unit is restored'(barcode) {
    const path = await deleted(await unitWith(barcode))
    return () => restored(path)
  },
}
/** How a unit comes to carry a barcode; each makes what it takes and gives what is then to be asked. */
const WAYS: Record<string, Way> = {
  ...RESTORING,
  async 'a resource is made'(_, both) {
    return () => posted('/resources', { type: 'T', name: 'New', units: both.map((barcode) => ({ barcode })) })
  },
  async 'a unit is added'(barcode) {
    const { id } = await on.resource(staff, 'Growing')
    return () => posted(`/resources/${id}/units`, { barcode })
  },
  async 'a unit is given another barcode'(barcode) {
    const path = await unitWith(`${barcode} before`)
    return () => on.send<object>(staff, 'PATCH', path, { body: { barcode }, ifMatch: 1 })
  },
  async 'a file is imported'(barcode) {
    return () => on.importFile(staff, 'name=name&barcode=code', `name,code\nImported,${barcode}`)
  },
}
const PAIRS = Object.keys(RESTORING).flatMap((restoring, at) =>
  Object.keys(WAYS)
    .slice(at)
    .map((other) => [restoring, other] as const),
)

/** Asks again when told 503: an import that met the barcode half-way, or who was run again too often, has done nothing. */
async function told(ask: Ask): Promise<Answer<object>> {
  const answer = await ask()
  return answer.status === 503 ? told(ask) : answer
}

/** Who is refused, and the import that leaves alone what is there. */
const isLost = ({ status, body }: Answer<Partial<ImportReport>>) =>
  (status === 409 && body.code === 'already-exists') || (status === 200 && body.units_created === 0)

describe('of two who want one barcode at the same time (OPT-9)', () => {
  it.each(PAIRS)(
    'where %s and %s, one gets it',
    async (one, other) => {
      for (let round = 0; round < ROUNDS; round++) {
        const barcode = `${one} and ${other} ${round}`
        const both = [barcode, `${barcode} too`]
        // In opposite orders, as two who would wait for each other.
        const asks = [await WAYS[one]!(barcode, both), await WAYS[other]!(barcode, both.toReversed())]
        const answers = await Promise.all(asks.map(told))
        const heard = answers.map(({ status, body }) => `${status} ${body.code}`)
        expect({ heard, lost: answers.filter(isLost).length }).toEqual({ heard, lost: 1 })
        expect(answers.filter(({ status }) => status < 300 || status === 409)).toHaveLength(2)
        const carrying = await on.database.admin(
          'select from resource_unit where barcode = $1 and deleted_at is null',
          [barcode],
        )
        expect(carrying).toHaveLength(1)
      }
    },
    scaled(120_000, 1_200_000),
  )
})
