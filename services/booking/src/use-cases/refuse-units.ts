import { Failure } from '@kitroom/errors'

import type { Placement } from '../domain/allocation/unit-calendar.ts'
import type { Claim } from '../domain/claim.ts'
import type { Judging } from './ports.ts'

/** The part of a claim for which there is no room, and what is in the way. */
export interface Full {
  resourceId: string
  /** How many are wanted. */
  units: number
  conflicts: readonly Conflict[]
}

/** @throws Failure unit-unavailable, with what is in the way and nothing of whose it is */
export function refuse(tools: Pick<Judging, 'noteRefusal'>, claim: Claim, full: readonly Full[]): never {
  tools.noteRefusal(
    full.map(({ resourceId, units }) => ({
      resourceId,
      userId: claim.requesterUserId,
      period: claim.keeps,
      units,
    })),
  )
  const conflicts = full.flatMap((one) => one.conflicts)
  throw new Failure('unit-unavailable', 'Not enough units are free for the whole of that time.', {
    facts: { conflicts, resource_ids: full.map(({ resourceId }) => resourceId) },
  })
}

interface Conflict {
  resource_unit_id: string
  start_at: string
  end_at: string
}

/** What is in the way, as a refusal tells it: units and times, and nothing about whose they are. */
export const conflictFacts = (placements: readonly Placement[]): Conflict[] =>
  placements.map(({ unitId, period }) => ({
    resource_unit_id: unitId,
    start_at: period.startAt.toISOString(),
    end_at: period.endAt.toISOString(),
  }))
