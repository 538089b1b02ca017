const HOUR_MS = 60 * 60 * 1000
const UNIT_MS = { HOUR: HOUR_MS, DAY: 24 * HOUR_MS } as const

/** What an organisation takes for lateness, in minor units of its currency. */
export interface FinePolicy {
  /** An hour is 60 minutes and a day 24 hours, whatever the clocks of the organisation's zone do. */
  unit: 'HOUR' | 'DAY'
  /** For each started unit; 0 means no fines. */
  amountCents: number
  /** Lateness up to this, and including it, costs nothing. */
  graceMinutes: number
  /** The most that one late return costs. */
  capCents: number
}

/**
 * What a return costs: for each started unit of lateness the policy's amount, at most its cap. Lateness counts from
 * the end of the booking; the grace decides only whether there is a fine at all, and is no discount on one (contract,
 * `POST /bookings/{id}/return`).
 * @returns minor units of the organisation's currency, 0 for no fine
 */
export function lateFine(policy: FinePolicy, endAt: Date, returnedAt: Date): number {
  const lateMs = returnedAt.getTime() - endAt.getTime()
  if (lateMs <= policy.graceMinutes * 60_000) return 0
  const started = Math.ceil(lateMs / UNIT_MS[policy.unit])
  return Math.min(started * policy.amountCents, policy.capCents)
}
