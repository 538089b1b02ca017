import type { Database } from '@kitroom/database'
import { withoutDeadline } from '@kitroom/deadline'

import type { LendingPolicy } from '../domain/rules/lending-policy.ts'
import type { RefusedDemand } from '../use-cases/demand/ports.ts'
import type { Judging, Ports } from '../use-cases/ports.ts'
import { borrowerStore, conductsOf, holdingsOf, toldOf } from './borrower-store.ts'
import { keptUnits } from './kept-units.ts'
import { isForWantOfUnits, refusalRows } from './refusals.ts'

/**
 * Binds what requests are judged with to one transaction for all of them, in which nothing is asked twice. Nobody's deadline
 * ends it, since others wait longer.
 * @param onFailed hears why they could not be looked at; they go on alone, so nobody else does
 */
export const refuseTogether =
  (database: Pick<Database, 'refuseTogether'>, onFailed: (error: unknown) => void): Ports['refuseTogether'] =>
  async (requests, judge) => {
    const origins = requests.map(({ call }) => call)
    const orgId = origins[0]?.orgId ?? ''
    const verdicts: Parameters<Database['refuseTogether']>[1] = ({ query, now }) => {
      // A quota is counted without the lock of its borrower: of what is refused nobody has more.
      const borrowers = borrowerStore({ query, lock: () => undefined }, orgId)
      const once = answeringOnce()
      const borrowerIds = [...new Set(requests.map(({ borrowerId }) => borrowerId))]
      const tools = {
        now,
        once,
        occupancy: { kept: keptUnits(query, orgId) },
        borrowers: {
          ...borrowers,
          record: async (userId: string, policy: LendingPolicy) =>
            toldOf(await once(['records'], () => conductsOf(query, orgId, borrowerIds, policy)), userId),
          holdings: async (userId: string) =>
            toldOf(await once(['holdings'], () => holdingsOf(query, orgId, borrowerIds)), userId),
        },
      }
      const noted = new Map<number, readonly RefusedDemand[]>()
      return {
        async judge(place) {
          const request = requests[place]
          if (request === undefined) return
          await judge({ ...tools, noteRefusal: (demand) => noted.set(place, demand) }, request)
        },
        staying(refusals) {
          const refused = [...refusals].filter(([, refusal]) => isForWantOfUnits(refusal))
          const demand = refused.flatMap(([place]) => noted.get(place) ?? [])
          return demand.length === 0 ? [] : [refusalRows(orgId, demand)]
        },
      }
    }
    try {
      return await withoutDeadline(() => database.refuseTogether(origins, verdicts))
    } catch (error) {
      onFailed(error)
      throw error
    }
  }

function answeringOnce(): Judging['once'] {
  const answers = new Map<string, Promise<unknown>>()
  return <Answer>(question: readonly unknown[], answer: () => Promise<Answer>) => {
    const name = JSON.stringify(question)
    const known = (answers.get(name) as Promise<Answer> | undefined) ?? answer()
    answers.set(name, known)
    return known
  }
}
