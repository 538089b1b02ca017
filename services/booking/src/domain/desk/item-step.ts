import { Failure } from '@kitroom/errors'

import type { BookingItem, ItemState } from '../booking-item.ts'

/** What the desk does with one unit of a booking. */
export type ItemStep = 'scan' | 'hand out' | 'take back' | 'swap' | 'take off'

/** From which states of the item each step is possible. Everything that is not here is refused. */
export const ITEM_FROM = {
  scan: ['WAITING'],
  'hand out': ['WAITING'],
  'take back': ['OUT'],
  swap: ['WAITING', 'OUT'],
  'take off': ['WAITING'],
} as const satisfies Record<ItemStep, readonly ItemState[]>

const WHERE: Record<ItemState, string> = {
  WAITING: 'was not handed out',
  OUT: 'is handed out already',
  BACK: 'is back already',
}

/** @throws Failure invalid-transition */
export function requireItem(item: BookingItem, step: ItemStep): void {
  const allowed: readonly ItemState[] = ITEM_FROM[step]
  if (allowed.includes(item.state)) return
  throw new Failure(
    'invalid-transition',
    `This unit ${WHERE[item.state]}, so this step (${step}) is not possible.`,
    {
      facts: { resource_unit_id: item.resourceUnitId, item_state: item.state, item_possible_from: allowed },
    },
  )
}
