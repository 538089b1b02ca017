type Role = 'student' | 'staff' | 'admin'
type Approval = 'REQUIRED' | 'AUTOMATIC'
type Weekday = 'monday' | 'tuesday' | 'wednesday' | 'thursday' | 'friday' | 'saturday' | 'sunday'

/** The rules an organisation sets for its lending, in the contract's own form: it is kept and shown as it is. */
export interface LendingPolicy {
  early_pickup_minutes: number
  longest_booking_days: number
  lead_time_minutes: number
  horizon_days: number | null
  buffer_minutes: number
  no_show_minutes: number | null
  opening_hours: Record<Weekday, { opens: string; closes: string }[]> | null
  closures: { from: string; to: string; reason: string }[]
  quotas: Record<Role, { active_bookings: number | null; units: number | null }>
  approval: { default: Approval; by_type: Record<string, Approval> }
  renewals: { max: number | null; chain_gap_hours: number }
  fine: { unit: 'HOUR' | 'DAY'; amount_cents: number; grace_minutes: number; cap_cents: number }
  ladder: {
    strikes: number | null
    window_days: number
    suspension_days: number
    debt_limit_cents: number | null
    replacement_after_days: number | null
    replacement_cents: number
  }
  score: {
    per_day_waiting: number
    role: Record<Role, number>
    late_return: number
    open_fine: number
    active_booking: number
  }
  waitlist: { live_entries: number | null; lapses: number | null; lapse_window_days: number }
}

/** Members that are changed as a whole: what of them is left out is gone. */
const WHOLE = ['opening_hours', 'closures', 'by_type'] as const

type Partly<T> = T extends readonly unknown[] | string | number | null
  ? T
  : {
      [Key in keyof T]?: (Key extends (typeof WHOLE)[number] ? T[Key] : Partly<T[Key]>) | undefined
    }

/** What to change in a policy: members that are left out keep their value, also inside its groups. */
export type PolicyChange = Partly<LendingPolicy>

const isGroup = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function merged(present: Record<string, unknown>, change: Record<string, unknown>): Record<string, unknown> {
  const named = Object.entries(change).filter(([, to]) => to !== undefined)
  return {
    ...present,
    ...Object.fromEntries(
      named.map(([member, to]) => {
        const from = present[member]
        const whole = (WHOLE as readonly string[]).includes(member)
        return [member, !whole && isGroup(from) && isGroup(to) ? merged(from, to) : to]
      }),
    ),
  }
}

/** The policy as it is after a change; the one that is given stays as it is, for whoever shares it. */
export const changedPolicy = (policy: LendingPolicy, change: PolicyChange): LendingPolicy =>
  merged({ ...policy }, change) as unknown as LendingPolicy
