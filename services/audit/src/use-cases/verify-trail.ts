import type { Call, Verification } from '@kitroom/contracts'

import { endVerdict, follow, GENESIS, type Head, type Seal, type Verdict } from '../domain/chain.ts'
import type { InWalk, Walk } from './ports.ts'

export interface Verifying {
  inWalk: InWalk
  seal: Seal
}

/**
 * Walks the chain of the caller's organisation from its first event to the head recorded at the beginning; events
 * that arrive meanwhile are the next verification's.
 * @throws Failure rate-limited while the organisation's trail is being verified already
 */
export const verifyTrail =
  ({ inWalk, seal }: Verifying) =>
  (call: Pick<Call, 'orgId'>): Promise<Verification> =>
    inWalk(call.orgId, async (walk) => {
      const { recorded, beyondId } = await walk.end()
      const verdict = await verdictOn(walk, recorded, seal)
      const brokenId = verdict.verified ? beyondId : verdict.brokenId
      return {
        verified: verdict.verified && beyondId === null,
        events: recorded.seq,
        head_hash: recorded.seq === 0 ? null : recorded.hash,
        first_broken_id: brokenId,
      }
    })

async function verdictOn(walk: Walk, recorded: Head, seal: Seal): Promise<Verdict> {
  let reached = GENESIS
  for await (const links of walk.chunks(recorded.seq)) {
    const { head, broken } = follow(reached, links, seal)
    if (broken !== null) return { verified: false, brokenId: broken.id }
    reached = head
  }
  return endVerdict(reached, recorded)
}
