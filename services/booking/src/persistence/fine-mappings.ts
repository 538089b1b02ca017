import { EntitySchema } from '@mikro-orm/core'

import { Fine } from '../domain/fine.ts'
import { Payment } from '../domain/payment.ts'

const uuid = { type: 'uuid' } as const
const text = { type: 'text' } as const
const instant = { type: 'datetime', columnType: 'timestamptz(3)' } as const
const nullable = { nullable: true } as const

export const FineMapping = new EntitySchema<Fine>({
  class: Fine,
  tableName: 'fine',
  properties: {
    id: { ...uuid, primary: true },
    orgId: uuid,
    userId: uuid,
    bookingId: { ...uuid, ...nullable },
    reason: text,
    amountCents: { type: 'integer' },
    currency: text,
    status: text,
    waiverReason: { ...text, ...nullable },
    createdAt: instant,
    version: { type: 'integer', version: true },
  },
})

const PaymentMapping = new EntitySchema<Payment>({
  class: Payment,
  tableName: 'payment',
  properties: {
    id: { ...uuid, primary: true },
    orgId: uuid,
    number: { type: 'integer' },
    userId: uuid,
    amountCents: { type: 'integer' },
    currency: text,
    method: text,
    paidAt: instant,
    fineIds: { type: 'json', persist: false },
  },
})

export const fineEntities = [FineMapping, PaymentMapping]
