import { describe, expect, it } from '@jest/globals'
import { Failure } from '@kitroom/errors'

import { Fine, type FineStatus } from './fine.ts'
import { type Money, settleFines } from './payment.ts'

const NOW = new Date('2026-03-02T12:00:00.000Z')

const fined = (change: Partial<ConstructorParameters<typeof Fine>[0]> = {}) =>
  new Fine(
    {
      id: 'fine',
      orgId: 'org',
      userId: 'ann',
      bookingId: null,
      reason: 'A lens cap is missing.',
      amountCents: 500,
      currency: 'EUR',
      ...change,
    },
    NOW,
  )

function refusal(step: () => unknown): string {
  try {
    step()
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    return error.errors?.map(({ pointer, detail }) => `${pointer ?? ''} ${detail}`).join() ?? error.code
  }
  return 'allowed'
}

const steps: Record<string, [(fine: Fine) => void, FineStatus]> = {
  pay: [(fine) => fine.pay(), 'PAID'],
  waive: [(fine) => fine.waive('It was our mistake.'), 'WAIVED'],
}
const statuses: readonly FineStatus[] = ['OPEN', 'PAID', 'WAIVED']

describe('a fine', () => {
  it.each(
    Object.entries(steps).flatMap(([name, step]) => statuses.map((status) => ({ name, step, status }))),
  )('that is $status and asked to $name', ({ step: [step, becomes], status }) => {
    const fine = fined()
    fine.status = status
    expect(refusal(() => step(fine))).toBe(status === 'OPEN' ? 'allowed' : 'invalid-transition')
    expect(fine.status).toBe(status === 'OPEN' ? becomes : status)
  })

  it('keeps the reason for which it was waived', () => {
    const fine = fined()
    expect(fine.waiverReason).toBeNull()
    fine.waive('It was our mistake.')
    expect(fine.waiverReason).toBe('It was our mistake.')
  })
})

describe('paying fines', () => {
  const exact: Money = { amountCents: 750, currency: 'EUR', method: 'CASH' }
  const pay = (money: Partial<Money> = {}, second: Parameters<typeof fined>[0] = {}) => {
    const pair: [Fine, Fine] = [fined({ id: 'a' }), fined({ id: 'b', amountCents: 250, ...second })]
    return { pair, outcome: refusal(() => settleFines(pair, { ...exact, ...money })) }
  }

  it('with exactly what they cost pays all of them', () => {
    const { pair, outcome } = pay()
    expect(outcome).toBe('allowed')
    expect(pair.map(({ status }) => status)).toEqual(['PAID', 'PAID'])
  })

  it.each([749, 751, 500, 1])('with %i instead of 750 is refused with what they cost', (amountCents) => {
    expect(pay({ amountCents }).outcome).toMatch(/^\/amount_cents .*750 EUR/)
  })

  it('in another currency is refused with theirs', () => {
    expect(pay({ currency: 'CHF' }).outcome).toMatch(/^\/currency .*EUR/)
    expect(pay({}, { currency: 'CHF' }).outcome).toMatch(/^\/currency .*EUR and CHF/)
  })

  it('of two people at once is refused', () => {
    expect(pay({}, { userId: 'bob' }).outcome).toMatch(/^\/fine_ids /)
  })

  it('of which one is not open is refused', () => {
    const waived = fined({ id: 'c' })
    waived.waive('Forgiven.')
    expect(refusal(() => settleFines([fined(), waived], { ...exact, amountCents: 1000 }))).toBe(
      'invalid-transition',
    )
  })
})
