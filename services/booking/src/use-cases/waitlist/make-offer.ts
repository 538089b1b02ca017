import { type Call, type ExpectedVersion, type OfferWish, requireVersion } from '@kitroom/contracts'
import { notFound } from '@kitroom/errors'

import { requireFutureStart } from '../../domain/booking.ts'
import type { WishedUnit } from '../../domain/booking-item.ts'
import { requirePeriod } from '../../domain/period.ts'
import { isAutomatic } from '../../domain/rules/approval.ts'
import { Offer, type OfferTerms } from '../../domain/waitlist/offer.ts'
import type { WaitlistEntry } from '../../domain/waitlist/waitlist-entry.ts'
import type { Answers, Ports, Work } from '../ports.ts'
import { answersFor, wishedUnits } from '../supply.ts'
import { takeUnits } from '../take-units.ts'
import { lockedEntries } from './locked-entry.ts'
import type { EntryView } from './ports.ts'

const OFFERED_LATE = 'What is offered cannot start in the past.'

/** What an entry asks for, unit by unit. */
export const wishesOf = (entry: WaitlistEntry): WishedUnit[] => entry.items.flatMap(({ wishes }) => wishes)

/**
 * Holds units for an entry until the offer lapses, with the locks of all resources concerned held.
 * @throws Failure unit-unavailable, resource-withdrawn, invalid-transition
 */
export async function hold(
  tools: Work,
  entry: WaitlistEntry,
  terms: Pick<OfferTerms, 'period' | 'wishes' | 'madeBy'>,
  { supply, policy, now }: Answers & { now: Date },
  { newId, offerMs }: Pick<Ports, 'newId' | 'offerMs'>,
): Promise<void> {
  entry.require('offer', now)
  const types = terms.wishes.map(({ resourceId }) => supply.resources.get(resourceId)?.type ?? '')
  const offer = new Offer(
    entry,
    {
      ...terms,
      until: new Date(now.getTime() + offerMs),
      bufferMinutes: policy.bufferMinutes,
      isAutomatic: isAutomatic(policy.approval, types),
    },
    newId,
  )
  await takeUnits(tools, offer, supply)
  entry.offer(offer, now)
}

/** Offers units to an entry because staff say so, whoever else is in line: what it asks for, or an alternative. */
export const makeOffer =
  (ports: Ports) =>
  async (
    call: Call,
    id: string,
    wish: OfferWish,
    expected: ExpectedVersion | undefined,
  ): Promise<EntryView> => {
    const { inTransaction, waiting } = ports
    const asked = await waiting.resourcesOf(call.orgId, [id])
    const present = asked.map((resourceId) => ({ resourceId }))
    const answers = await answersFor(ports, call.orgId, wish.items ?? [], present)
    return inTransaction(call, async (tools) => {
      const { entries, now } = await lockedEntries(
        tools,
        [id],
        [...answers.supply.resources.keys(), ...asked],
      )
      const [entry] = entries
      if (entry === undefined) throw notFound('waitlist entry')
      requireVersion(expected, entry.version)
      entry.require('offer', now)
      const period = requirePeriod(wish.start_at ?? entry.startAt, wish.end_at ?? entry.endAt)
      if (wish.start_at !== undefined) requireFutureStart(period.startAt, now, OFFERED_LATE)
      const wishes = wish.items === undefined ? wishesOf(entry) : wishedUnits(wish.items, answers.supply)
      await hold(tools, entry, { period, wishes, madeBy: call.userId }, { ...answers, now }, ports)
      return tools.waitlist.show(id)
    })
  }
