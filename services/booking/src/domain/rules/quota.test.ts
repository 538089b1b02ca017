import { describe, expect, it } from '@jest/globals'

import { limits, type Quota, requireQuota } from './quota.ts'

const holds = (activeBookings: number, units: number) => ({ activeBookings, units })
const judge = (quota: Partial<Quota>, present: [number, number], added: [number, number]) =>
  requireQuota('student', { activeBookings: null, units: null, ...quota }, holds(...present), holds(...added))

describe('a quota', () => {
  it('of bookings allows the last one and refuses the next', () => {
    judge({ activeBookings: 2 }, [1, 40], [1, 40])
    expect(() => judge({ activeBookings: 2 }, [2, 2], [1, 1])).toThrow(
      expect.objectContaining({
        code: 'policy-violated',
        facts: { rule: 'quotas.active_bookings', limit: 2, actual: 3, role: 'student' },
      }),
    )
  })

  it('of units counts those of all active bookings', () => {
    judge({ units: 5 }, [2, 3], [1, 2])
    expect(() => judge({ units: 5 }, [2, 3], [1, 3])).toThrow(
      expect.objectContaining({ facts: { rule: 'quotas.units', limit: 5, actual: 6, role: 'student' } }),
    )
  })

  it('of nothing lets nobody borrow', () => {
    expect(() => judge({ activeBookings: 0 }, [0, 0], [1, 1])).toThrow('0 active bookings')
  })

  it('that was lowered meanwhile leaves alone what adds nothing to it', () => {
    judge({ activeBookings: 1, units: 1 }, [3, 9], [0, 0])
    judge({ activeBookings: 1, units: 1 }, [3, 9], [0, -1])
    expect(() => judge({ activeBookings: 1, units: 1 }, [3, 9], [0, 1])).toThrow('1 units')
  })

  it('limits when either of its numbers does', () => {
    const of = (activeBookings: number | null, units: number | null) => limits({ activeBookings, units })
    expect([of(null, null), of(0, null), of(null, 0)]).toEqual([false, true, true])
  })
})
