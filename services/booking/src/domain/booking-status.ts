/** Where a booking is in its life. */
export type Status = 'DRAFT' | 'PENDING' | 'APPROVED' | 'CHECKED_OUT' | 'RETURNED' | 'REJECTED' | 'CANCELLED'

/** What somebody does with a booking. */
export type Step =
  | 'submit'
  | 'approve'
  | 'reject'
  | 'cancel'
  | 'check out'
  | 'return'
  | 'change'
  | 'extend'
  | 'scan'
  | 'swap'
  | 'take off'

/** Which step is possible from which statuses. Everything that is not here is refused. */
export const FROM = {
  submit: ['DRAFT'],
  approve: ['PENDING'],
  reject: ['PENDING'],
  cancel: ['DRAFT', 'PENDING', 'APPROVED'],
  // A loan as well, while something of it is not out yet.
  'check out': ['APPROVED', 'CHECKED_OUT'],
  return: ['CHECKED_OUT'],
  change: ['DRAFT', 'PENDING', 'APPROVED', 'CHECKED_OUT'],
  extend: ['APPROVED', 'CHECKED_OUT'],
  scan: ['APPROVED', 'CHECKED_OUT'],
  swap: ['PENDING', 'APPROVED', 'CHECKED_OUT'],
  'take off': ['PENDING', 'APPROVED', 'CHECKED_OUT'],
} as const satisfies Record<Step, readonly Status[]>

/** The statuses in which a booking keeps its units from others. */
export const OCCUPYING: readonly Status[] = ['PENDING', 'APPROVED', 'CHECKED_OUT']
