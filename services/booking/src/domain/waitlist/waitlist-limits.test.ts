import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'

import { requireRoom } from './waitlist-limits.ts'

const DAY = 24 * 60 * 60 * 1000
const day = (number: number) => new Date(Date.UTC(2026, 0, 1) + number * DAY)
const limits = { liveEntries: 2, lapses: 3, lapseWindowDays: 30 }

describe('who joins the waitlist (WTL-10)', () => {
  it('may have so many live entries, and not one more', () => {
    requireRoom(limits, { live: 1, lapsed: [] })
    expect(() => {
      requireRoom(limits, { live: 2, lapsed: [] })
    }).toThrow(
      expect.objectContaining({
        code: 'policy-violated',
        facts: { rule: 'waitlist.live_entries', limit: 2, actual: 3 },
      }),
    )
  })

  it('may let fewer offers go than the limit; then they wait until one of them is too old to count', () => {
    requireRoom(limits, { live: 0, lapsed: [day(1), day(2)] })
    expect(() => {
      requireRoom(limits, { live: 0, lapsed: [day(1), day(2), day(9), day(10)] })
    }).toThrow(
      expect.objectContaining({
        code: 'policy-violated',
        facts: { rule: 'waitlist.lapses', limit: 3, actual: 4, until: day(32).toISOString() },
      }),
    )
  })

  it('is bound by nothing that the policy leaves open', () => {
    requireRoom({ ...limits, liveEntries: null }, { live: 1000, lapsed: [] })
    requireRoom({ ...limits, lapses: null }, { live: 0, lapsed: [day(1), day(2), day(3)] })
  })

  it('never holds more than the limits, whatever they do', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('join', 'lapse', 'leave', 'a day'), { maxLength: 200 }),
        (steps) => {
          let live = 0
          let today = 0
          let all: Date[] = []
          for (const step of steps) {
            if (step === 'a day') today += 1
            else if (step === 'leave') live = Math.max(0, live - 1)
            else if (step === 'lapse' && live > 0) {
              live -= 1
              all = [...all, day(today)]
            } else if (step === 'join') {
              const lapsed = all.filter((at) => at > day(today - limits.lapseWindowDays))
              try {
                requireRoom(limits, { live, lapsed })
                live += 1
              } catch {
                expect(live >= 2 || lapsed.length >= 3).toBe(true)
              }
            }
            expect(live).toBeLessThanOrEqual(2)
          }
        },
      ),
    )
  })
})
