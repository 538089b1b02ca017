import { describe, expect, it } from '@jest/globals'

import { FineWish, PaymentWish, Waiver } from './fine.ts'

const ONE = '01941f29-7c00-7000-8000-00000000000a'
const TWO = '01941f29-7c00-7000-8000-00000000000b'
const payment = { fine_ids: [ONE, TWO], amount_cents: 750, currency: 'EUR', method: 'CASH' }

describe('a payment', () => {
  it('is read with its ids in lower case', () => {
    expect(PaymentWish.parse({ ...payment, fine_ids: [ONE.toUpperCase()] }).fine_ids).toEqual([ONE])
  })

  it.each([
    ['no fines', { fine_ids: [] }, ['fine_ids']],
    ['a fine twice, spelt differently', { fine_ids: [ONE, TWO, ONE.toUpperCase()] }, ['fine_ids', 2]],
    [
      'more than 100 fines',
      { fine_ids: Array.from({ length: 101 }, (_, n) => ONE.slice(0, -3) + String(n).padStart(3, '0')) },
      ['fine_ids'],
    ],
    ['an amount of nothing', { amount_cents: 0 }, ['amount_cents']],
    ['a fraction of a cent', { amount_cents: 7.5 }, ['amount_cents']],
    ['an amount as text', { amount_cents: '750' }, ['amount_cents']],
    ['a currency in small letters', { currency: 'eur' }, ['currency']],
    ['a currency that does not exist', { currency: 'XYZ' }, ['currency']],
    ['a method nobody takes', { method: 'IOU' }, ['method']],
  ])('with %s is refused there', (_, change, path) => {
    const issues = PaymentWish.safeParse({ ...payment, ...change }).error?.issues ?? []
    expect(new Set(issues.map((issue) => issue.path.join('/')))).toEqual(new Set([path.join('/')]))
  })
})

describe('a fine that staff impose, and its waiver', () => {
  it('need a reason', () => {
    expect(FineWish.parse({ user_id: ONE, amount_cents: 1, reason: 'Lost cap' }).booking_id).toBeNull()
    expect(FineWish.safeParse({ user_id: ONE, amount_cents: 1 }).success).toBe(false)
    expect(FineWish.safeParse({ user_id: ONE, amount_cents: 1, reason: ' ' }).success).toBe(false)
    expect(Waiver.safeParse({}).success).toBe(false)
    expect(Waiver.safeParse({ reason: '\t' }).success).toBe(false)
  })
})
