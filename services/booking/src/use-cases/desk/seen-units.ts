import type { HandOut } from '@kitroom/contracts'

import type { HandOver } from '../../domain/desk/hand-over.ts'

/** What the desk said about units, in the domain's words. */
export const seenUnits = (items: HandOut['items']): HandOver['seen'] =>
  items.map(({ resource_unit_id, condition, note }) => ({
    unitId: resource_unit_id,
    condition: condition ?? null,
    note,
  }))
