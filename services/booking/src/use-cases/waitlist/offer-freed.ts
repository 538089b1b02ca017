import { Failure } from '@kitroom/errors'

import type { LendingPolicy } from '../../domain/rules/lending-policy.ts'
import type { Ports, Supply, Work } from '../ports.ts'
import { hold, wishesOf } from './make-offer.ts'
import type { Candidate, CandidateSearch, Freed } from './ports.ts'

/** So many in line are looked at in one transaction, which keeps their resources from others meanwhile. */
const CANDIDATES_AT_ONCE = 50
/** So many resources inventory is asked about at once. */
const MAX_RESOURCES = 100

const NO_SUPPLY: Supply = { resources: new Map(), units: new Map() }

/** What the arbiter goes by in one transaction. */
interface Sitting {
  freed: Freed
  search: CandidateSearch
  /** How many of those in line it looks at. */
  count: number
  resourceIds: readonly string[]
  supply: Supply
  policy: LendingPolicy
}

/** Where to go on in line; `done` when nobody is left or somebody else is at it. */
type Outcome = 'done' | { after: Candidate | undefined }

/**
 * Offers what came free to the best of those in line whom it suits as a whole, then to the next, until it suits nobody
 * (WTL-2). Several processes may do so at once: only one of them has what is queued of a resource, the resources are
 * locked, and a hold is a row of the occupancy like any other.
 */
export const offerFreed =
  (ports: Ports) =>
  async (freed: Freed): Promise<void> => {
    const { inTransaction, inventory, directory, waiting, newId } = ports
    const { orgId, resourceId } = freed
    const policy = await directory.policyOf(orgId)
    const within = []
    for (const period of freed.within) within.push(await waiting.connected(orgId, resourceId, period))
    let outcome: Outcome = { after: undefined }
    while (outcome !== 'done') {
      const search: CandidateSearch = { resourceId, within, after: outcome.after, limit: CANDIDATES_AT_ONCE }
      const seen = fitting(await waiting.ranked(orgId, search, policy))
      const resourceIds = [...new Set([resourceId, ...seen.flatMap((candidate) => candidate.resourceIds)])]
      const supply =
        seen.length === 0 ? NO_SUPPLY : await inventory.supplyOf(orgId, { unitIds: [], resourceIds })
      const sitting: Sitting = { freed, search, count: seen.length, resourceIds, supply, policy }
      outcome = await inTransaction({ orgId, userId: null, requestId: newId() }, (tools) =>
        sit(ports, tools, sitting),
      )
    }
  }

/** As many of the first as inventory can be asked about at once. */
function fitting(candidates: readonly Candidate[]): Candidate[] {
  const resources = new Set<string>()
  return candidates.filter(({ resourceIds }) => {
    if (resources.size < MAX_RESOURCES) for (const id of resourceIds) resources.add(id)
    return resources.size < MAX_RESOURCES
  })
}

async function sit(ports: Ports, tools: Work, sitting: Sitting): Promise<Outcome> {
  const { freed, search, count, resourceIds, supply, policy } = sitting
  const { waitlist, occupancy, freed: queue } = tools
  if (!(await queue.claim(freed.resourceId, freed.last))) return 'done'
  await occupancy.lock(resourceIds)
  const inLine = await waitlist.candidates({ ...search, limit: count + 1 })
  const candidates = inLine.slice(0, count)
  // Somebody came into the line for whom other resources are needed, whose locks and supply are not at hand.
  const isNew = candidates.some((candidate) => candidate.resourceIds.some((id) => !resourceIds.includes(id)))
  if (isNew) return { after: search.after }
  const entries = await waitlist.forChange(candidates.map(({ id }) => id))
  const now = await waitlist.clock()
  for (const entry of entries) {
    const terms = { period: entry.period, wishes: wishesOf(entry), madeBy: null }
    try {
      await hold(tools, entry, terms, { supply, policy, now }, ports)
    } catch (error) {
      // What does not suit this one may suit the next.
      if (!(error instanceof Failure && error.kind === 'conflict')) throw error
    }
  }
  if (inLine.length > count) return { after: candidates.at(-1) ?? search.after }
  await queue.remove(freed.resourceId, freed.last)
  return 'done'
}

/** The same with everything that came free, in all organisations, in the order in which it did. */
export const offerAllFreed =
  (ports: Ports) =>
  async (signal: AbortSignal): Promise<void> => {
    for (const freed of await ports.waiting.freed()) {
      if (signal.aborted) return
      await offerFreed(ports)(freed)
    }
  }
