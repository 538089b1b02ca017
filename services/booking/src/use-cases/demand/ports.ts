import type { Period } from '../../domain/period.ts'

/** A resource of which somebody did not get what they asked for. */
export interface RefusedDemand {
  resourceId: string
  userId: string
  period: Period
  units: number
}
