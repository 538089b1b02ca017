import type { Page, Paging } from '@kitroom/contracts'

import type { Period } from '../../domain/period.ts'

/** What somebody looks for when asking what can be borrowed. */
export interface AvailabilitySearch extends Paging<'name'> {
  from: Date
  to: Date
  type?: string | undefined
  /** Names of tags; all must match. */
  tag?: readonly string[] | undefined
  q?: string | undefined
  available_only: boolean
}

/** A unit that something keeps, and its resource. */
export interface TakenUnit {
  unitId: string
  resourceId: string
}

/** A resource with units that can be lent, and how many of them are free. */
export interface FoundResource {
  resource_id: string
  name: string
  type: string
  tags: string[]
  units_total: number
  units_free: number
}

export interface AvailabilityReads {
  /** Every unit that something keeps at some moment of the period; a loan that is overdue keeps its unit. */
  takenUnits: (orgId: string, period: Period) => Promise<TakenUnit[]>
}

export interface LendableSearch {
  /**
   * A page of the resources that can be lent; of units_free the taken ones are taken off.
   * @throws Failure dependency-unavailable, validation-failed for a cursor of another list
   */
  findLendable: (
    orgId: string,
    search: AvailabilitySearch,
    taken: readonly TakenUnit[],
  ) => Promise<Page<FoundResource>>
}
