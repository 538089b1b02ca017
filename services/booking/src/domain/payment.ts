import { invalid } from '@kitroom/errors'

import type { Fine } from './fine.ts'

export type PaymentMethod = 'CASH' | 'CARD' | 'TRANSFER'

/** What somebody pays, and how. */
export interface Money {
  amountCents: number
  currency: string
  method: PaymentMethod
}

/** Money that was paid for fines of one person, under the number of its receipt. It never changes. */
export class Payment {
  readonly id: string
  readonly orgId: string
  /** Of the receipt: 1, 2, 3 … in the organisation, without gaps. */
  readonly number: number
  readonly userId: string
  readonly amountCents: number
  readonly currency: string
  readonly method: PaymentMethod
  readonly paidAt: Date
  /** Kept in a table of its own. */
  readonly fineIds: readonly string[]

  constructor(
    of: { id: string; orgId: string; number: number; userId: string },
    settled: Settlement,
    at: Date,
  ) {
    this.id = of.id
    this.orgId = of.orgId
    this.number = of.number
    this.userId = of.userId
    this.amountCents = settled.amountCents
    this.currency = settled.currency
    this.method = settled.method
    this.fineIds = settled.fineIds
    this.paidAt = at
  }
}

/** Money that fits the fines it is for. */
export interface Settlement extends Money {
  fineIds: readonly string[]
}

/**
 * Pays fines in full: all are of one person and OPEN, and the money is exactly what they cost.
 * @throws Failure validation-failed with the expected figure, invalid-transition for a fine that is not OPEN
 */
export function settleFines(fines: readonly [Fine, ...Fine[]], money: Money): Settlement {
  const [first] = fines
  if (fines.some(({ userId }) => userId !== first.userId)) {
    throw invalid([{ pointer: '/fine_ids', detail: 'Pay the fines of one person at a time.' }])
  }
  for (const fine of fines) fine.pay()
  if (fines.some(({ currency }) => currency !== money.currency)) {
    const wanted = [...new Set(fines.map(({ currency }) => currency))].join(' and ')
    throw invalid([
      { pointer: '/currency', detail: `These fines are in ${wanted}; pay each currency by itself.` },
    ])
  }
  const due = fines.reduce((sum, { amountCents }) => sum + amountCents, 0)
  if (money.amountCents !== due) {
    const detail = `These fines cost ${due} ${money.currency} in minor units; pay exactly this.`
    throw invalid([{ pointer: '/amount_cents', detail }])
  }
  return { ...money, fineIds: fines.map(({ id }) => id) }
}
