import { describe, expect, it } from '@jest/globals'
import { Failure } from '@kitroom/errors'

import { acceptedBooking } from './accepted-booking.ts'
import { Offer } from './offer.ts'
import { WaitlistEntry } from './waitlist-entry.ts'
import { WaitlistItem } from './waitlist-item.ts'
import { FROM, type Status, type Step, TO } from './waitlist-steps.ts'

const hour = (number: number) => new Date(Date.UTC(2026, 5, 1, number))
const newId = (() => {
  let last = 0
  return () => `id-${(last += 1)}`
})()

function waiting(): WaitlistEntry {
  const entry = new WaitlistEntry(
    {
      id: 'entry',
      orgId: 'org',
      requesterUserId: 'ada',
      requesterRole: 'student',
      period: { startAt: hour(10), endAt: hour(12) },
      purpose: 'A film',
    },
    hour(0),
  )
  const of = { id: 'item', orgId: 'org', entryId: 'entry', position: 0 }
  entry.items = [new WaitlistItem(of, { resourceId: 'lamp', quantity: 2 })]
  return entry
}

function offerOf(entry: WaitlistEntry, terms: Partial<Pick<Offer, 'madeBy' | 'isAutomatic'>> = {}): Offer {
  const offer = new Offer(
    entry,
    {
      period: entry.period,
      wishes: entry.items.flatMap(({ wishes }) => wishes),
      until: hour(2),
      bufferMinutes: 30,
      madeBy: null,
      isAutomatic: false,
      ...terms,
    },
    newId,
  )
  offer.settle(new Map(offer.claimed.map(({ id }, index) => [id, `unit-${index}`])))
  return offer
}

function offered(terms?: Parameters<typeof offerOf>[1]): WaitlistEntry {
  const entry = waiting()
  entry.offer(offerOf(entry, terms), hour(1))
  return entry
}

/** An entry in each status. */
const IN: Record<Status, () => WaitlistEntry> = {
  WAITING: waiting,
  OFFERED: offered,
  ACCEPTED: () => after('accept', offered()),
  EXPIRED: () => after('outlive', waiting()),
  CANCELLED: () => after('cancel', waiting()),
  REJECTED: () => after('reject', waiting()),
}

const act = { by: 'ada', at: hour(1) }

/** How each step is taken. */
const TAKE: Record<Step, (entry: WaitlistEntry) => void> = {
  offer: (entry) => {
    entry.offer(offerOf(entry), hour(1))
  },
  accept: (entry) => {
    entry.accept('booking', act)
  },
  decline: (entry) => {
    entry.decline(act)
  },
  cancel: (entry) => {
    entry.cancel(act)
  },
  reject: (entry) => {
    entry.reject({ ...act, reason: 'No.' })
  },
  expire: (entry) => {
    entry.expire(act)
  },
  outlive: (entry) => {
    entry.expire({ by: null, at: hour(10) })
  },
  withdraw: (entry) => {
    entry.withdraw(hour(1))
  },
}

function after(step: Step, entry: WaitlistEntry): WaitlistEntry {
  TAKE[step](entry)
  return entry
}

const pairs = (Object.keys(TAKE) as Step[]).flatMap((step) =>
  (Object.keys(IN) as Status[]).map((status) => [step, status] as const),
)
const isPossible = ([step, status]: readonly [Step, Status]) =>
  (FROM[step] as readonly Status[]).includes(status)
/** At the time an entry asks for, its offer is long over, and the same call ends that. */
const isOtherStep = ([step, status]: readonly [Step, Status]) => step === 'outlive' && status === 'OFFERED'

describe('a waitlist entry (WTL-9)', () => {
  it.each(pairs.filter(isPossible))('can %s when it is %s', (step, status) => {
    expect(after(step, IN[status]()).status).toBe(TO[step])
  })

  it.each(pairs.filter((pair) => !isPossible(pair) && !isOtherStep(pair)))(
    'cannot %s when it is %s, and stays so',
    (step, status) => {
      const entry = IN[status]()
      let refused: unknown
      try {
        TAKE[step](entry)
      } catch (error) {
        refused = error
      }
      expect(refused).toBeInstanceOf(Failure)
      expect(refused).toMatchObject({ code: 'invalid-transition', facts: { present_status: status } })
      expect(entry.status).toBe(status)
    },
  )

  it('knows whether it waits in each of its items, for whoever looks for a resource', () => {
    const entry = offered()
    expect(entry.items.map((item) => item.waiting)).toEqual([false])
    entry.withdraw(hour(1))
    expect(entry.items.map((item) => item.waiting)).toEqual([true])
  })

  it('has ended when it does not wait and is not offered anything', () => {
    for (const [status, make] of Object.entries(IN)) {
      expect(make().endedAt === null).toBe(status === 'WAITING' || status === 'OFFERED')
    }
  })
})

describe('an offer', () => {
  it('is over at its last instant, whether somebody noted it or not', () => {
    const entry = offered()
    expect(entry.hasLapsed(new Date(hour(2).getTime() - 1))).toBe(false)
    expect(entry.hasLapsed(hour(2))).toBe(true)
  })

  it.each(['accept', 'decline', 'cancel', 'reject', 'withdraw'] as const)('cannot %s then', (step) => {
    const entry = offered()
    expect(() => {
      entry.require(step, hour(2))
    }).toThrow(expect.objectContaining({ code: 'offer-expired' }))
    const expired = offered()
    expired.expire({ by: null, at: hour(2) })
    expect(() => {
      expired.require('accept', hour(3))
    }).toThrow(expect.objectContaining({ code: 'offer-expired' }))
  })

  it('keeps the buffer after it too, and gives back all it held when it is withdrawn', () => {
    const entry = waiting()
    const offer = offerOf(entry)
    expect(offer.keeps).toEqual({ startAt: hour(10), endAt: new Date(hour(12).getTime() + 30 * 60_000) })
    entry.offer(offer, hour(1))
    expect(entry.offered).toHaveLength(2)
    entry.withdraw(hour(1))
    expect(entry).toMatchObject({ offered: [], offeredAt: null, offerExpiresAt: null, endedAt: null })
  })
})

describe('the booking that an offer becomes', () => {
  const accept = (entry: WaitlistEntry) => acceptedBooking(entry, { by: 'ada', at: hour(1) }, newId)

  it('has its time, its units under the same ids, its buffer and its requester', () => {
    const entry = offered()
    const booking = accept(entry)
    expect(booking).toMatchObject({ status: 'PENDING', requesterUserId: 'ada', bufferMinutes: 30 })
    expect(booking.period).toEqual(entry.period)
    expect(booking.items.map(({ id, resourceUnitId, pinned }) => ({ id, resourceUnitId, pinned }))).toEqual(
      entry.offered.map(({ id }, index) => ({ id, resourceUnitId: `unit-${index}`, pinned: false })),
    )
    expect(booking.items.every(({ bookingId }) => bookingId === booking.id)).toBe(true)
  })

  it('is APPROVED by whoever of the staff offered it, or by the policy', () => {
    const history = (terms: Parameters<typeof offerOf>[1]) =>
      accept(offered(terms)).history.map(({ status, actorUserId }) => [status, actorUserId])
    expect(history({ madeBy: 'grace' })).toEqual([
      ['PENDING', 'ada'],
      ['APPROVED', 'grace'],
    ])
    expect(history({ isAutomatic: true })).toEqual([
      ['PENDING', 'ada'],
      ['APPROVED', null],
    ])
    expect(history({})).toEqual([['PENDING', 'ada']])
  })
})
