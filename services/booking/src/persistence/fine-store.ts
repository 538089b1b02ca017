import { sql, type Transaction } from '@kitroom/database'
import { LockMode } from '@mikro-orm/core'

import { fineSnapshot, paymentFacts } from '../domain/fine-facts.ts'
import type { FineStore, PaymentStore } from '../use-cases/ports.ts'
import { FineMapping } from './fine-mappings.ts'

export function fineStore({ em, changes }: Transaction): FineStore {
  return {
    add(fine) {
      changes.added('Fine', fine, fineSnapshot)
      em.persist(fine)
    },
    async forChange(ids) {
      const fines = await em.find(
        FineMapping,
        { id: { $in: [...ids] } },
        { orderBy: { id: 'asc' }, lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true },
      )
      for (const fine of fines) changes.watch('Fine', fine, fineSnapshot)
      return fines
    },
  }
}

export function paymentStore({ em, query, changes }: Transaction, orgId: string): PaymentStore {
  return {
    async nextNumber() {
      const [counter] = await query(sql<{ last: number }>`
        insert into receipt_counter (org_id, last) values (${orgId}, 1)
        on conflict (org_id) do update set last = receipt_counter.last + 1 returning last`)
      if (counter === undefined) throw new Error('the counter of receipts gave no number')
      return counter.last
    },
    async add(payment) {
      changes.added('Payment', payment, paymentFacts)
      em.persist(payment)
      // The row that the others refer to comes first: the mappings know of no relations.
      await em.flush()
      await query(sql`
        insert into payment_fine (org_id, payment_id, fine_id)
        select ${orgId}::uuid, ${payment.id}::uuid, fine_id from unnest(${[...payment.fineIds]}::uuid[]) as fine_id`)
    },
  }
}
