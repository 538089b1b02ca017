import { Failure } from '@kitroom/errors'

import type { Period } from '../../domain/period.ts'
import type { Answers, Ports, Supply, Work } from '../ports.ts'
import { hold, wishesOf } from './make-offer.ts'
import type { Candidate, CandidateSearch, Freed } from './ports.ts'

/** So many in line are looked at in one transaction, which keeps their resources from others meanwhile. */
const CANDIDATES_AT_ONCE = 50
/** So many resources inventory is asked about at once. */
const MAX_RESOURCES = 100

const NO_SUPPLY: Supply = { resources: new Map(), units: new Map() }
/** How often things may come free while the arbiter looks, until it leaves the rest to its next turn. */
const MAX_ROUNDS = 20

/** What the arbiter goes by in one transaction. */
interface Sitting extends Answers {
  freed: Freed
  search: CandidateSearch
  /** Those in line that it looks at. */
  seen: readonly Candidate[]
  resourceIds: readonly string[]
}

/**
 * Where to go on in line, or `done`. `stale`: more came free, or somebody came into the line, than it knew of when it
 * asked what can be lent; then all is left as it is, to begin anew.
 */
type Outcome = 'done' | 'stale' | { after: Candidate | undefined }

/**
 * Offers what came free to the best of those in line whom it suits as a whole, then to the next, until it suits nobody
 * (WTL-2). Several processes may do so at once: the resources are locked, which guards their part of the queue too, and
 * a hold is a row of the occupancy like any other.
 * @returns whether it came to an end
 */
const offerFreed =
  (ports: Ports) =>
  async (freed: Freed): Promise<boolean> => {
    const { inTransaction, inventory, directory, waiting, newId } = ports
    const { orgId, resourceId } = freed
    const policy = await directory.policyOf(orgId)
    const within: Period[] = []
    for (const period of freed.within) within.push(await waiting.connected(orgId, resourceId, period))
    let outcome: Outcome = { after: undefined }
    while (typeof outcome === 'object') {
      const search: CandidateSearch = { resourceId, within, ...outcome, limit: CANDIDATES_AT_ONCE }
      const seen = fitting(await waiting.ranked(orgId, search, policy))
      const resourceIds = [...new Set([resourceId, ...seen.flatMap((candidate) => candidate.resourceIds)])]
      const supply =
        seen.length === 0 ? NO_SUPPLY : await inventory.supplyOf(orgId, { unitIds: [], resourceIds })
      const sitting: Sitting = { freed, search, seen, resourceIds, supply, policy }
      outcome = await inTransaction({ orgId, userId: null, requestId: newId() }, (tools) =>
        sit(ports, tools, sitting),
      )
    }
    return outcome === 'done'
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
  const { freed, search, seen, resourceIds, supply, policy } = sitting
  const { waitlist, occupancy, freed: queue } = tools
  occupancy.lock(resourceIds)
  // Nothing comes free until the end, or one further down the line could get what one further up was refused.
  if (seen.length > 0) await occupancy.settleFrees(resourceIds, hull(seen))
  const queued = await queue.of(freed.resourceId)
  if (queued.length === 0) return 'done'
  const inLine = await waitlist.candidates({ ...search, limit: seen.length + 1 })
  const candidates = inLine.slice(0, seen.length)
  const isKnown = ({ id }: Candidate) => seen.some((candidate) => candidate.id === id)
  if (!queued.every((seq) => freed.seqs.includes(seq)) || !candidates.every(isKnown)) return 'stale'

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
  if (inLine.length > candidates.length) return { after: candidates.at(-1) }
  await queue.remove(freed.seqs)
  return 'done'
}

const hull = (candidates: readonly Candidate[]): Period => ({
  startAt: new Date(Math.min(...candidates.map(({ startAt }) => startAt.getTime()))),
  endAt: new Date(Math.max(...candidates.map(({ endAt }) => endAt.getTime()))),
})

/** The same with everything that came free, in all organisations, in the order in which it did. */
export const offerAllFreed =
  (ports: Ports) =>
  async (signal: AbortSignal): Promise<void> => {
    for (let round = 0; round < MAX_ROUNDS; round++) {
      let isStale = false
      for (const freed of await ports.waiting.freed()) {
        if (signal.aborted) return
        if (!(await offerFreed(ports)(freed))) isStale = true
      }
      if (!isStale) return
    }
  }
