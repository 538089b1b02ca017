import type { FinePolicy } from '../fine-policy.ts'
import type { ApprovalPolicy } from './approval.ts'
import type { Ladder } from './ladder.ts'
import type { Quota } from './quota.ts'
import type { RenewalPolicy } from './renewals.ts'
import type { DeskCalendar } from './time/opening.ts'

/** Who borrows, weakest first. */
export type Role = 'student' | 'staff' | 'admin'

/** The strongest of some roles; somebody without any is treated as a student. */
export const strongest = (roles: readonly Role[]): Role =>
  (['admin', 'staff'] as const).find((role) => roles.includes(role)) ?? 'student'

/** What the priority of a waitlist entry is made of: points, which may be negative. */
export interface ScoreWeights {
  perDayWaiting: number
  role: Readonly<Record<Role, number>>
  lateReturn: number
  openFine: number
  activeBooking: number
}

/** How much of the waitlist one person may have. */
export interface WaitlistLimits {
  /** Entries WAITING or OFFERED; null: any number. */
  liveEntries: number | null
  /** Offers let lapse within the window after which no more are made; null: never. */
  lapses: number | null
  lapseWindowDays: number
}

/** The rules of an organisation, with its time zone (of the calendar) and the currency of its fines. */
export interface LendingPolicy extends DeskCalendar {
  currency: string
  earlyPickupMinutes: number
  longestBookingDays: number
  leadTimeMinutes: number
  /** How far ahead a booking may start; null: any time. */
  horizonDays: number | null
  /** How long a unit rests after a booking. */
  bufferMinutes: number
  /** How long after its start a booking nobody came for is released; null: never. */
  noShowMinutes: number | null
  quotas: Readonly<Record<Role, Quota>>
  approval: ApprovalPolicy
  renewals: RenewalPolicy
  fine: FinePolicy
  ladder: Ladder
  score: ScoreWeights
  waitlist: WaitlistLimits
}
