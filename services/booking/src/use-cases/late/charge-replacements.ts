import { Fine } from '../../domain/fine.ts'
import { isReplacementDue, replacementReason } from '../../domain/late/replacement.ts'
import type { Ports } from '../ports.ts'

/** Charges, once for each unit, for what has been out so long that the organisation's policy gives it up for lost. */
export async function chargeReplacements(
  { inTransaction, inventory, directory, late, newId }: Ports,
  orgId: string,
): Promise<void> {
  const { ladder, currency } = await directory.policyOf(orgId)
  const { replacementAfterDays: afterDays, replacementCents: cents } = ladder
  if (afterDays === null || cents === 0) return
  for (const { id, resourceIds } of await late.unreplaced(orgId, afterDays)) {
    const { resources } = await inventory.supplyOf(orgId, { unitIds: [], resourceIds })
    await inTransaction(
      { orgId, userId: null, requestId: newId() },
      async ({ bookings, late: store, now }) => {
        const booking = await bookings.forChange(id)
        if (booking === undefined || !isReplacementDue(ladder, booking.endAt, now)) return
        const out = booking.items.filter((item) => item.out)
        const charged = await store.charged(out.map((item) => item.id))
        for (const item of out.filter((one) => !charged.has(one.id))) {
          const name = resources.get(item.resourceId)?.name
          const what = name === undefined ? 'equipment' : `“${name}”`
          const fine = new Fine(
            {
              id: newId(),
              orgId,
              userId: booking.requesterUserId,
              bookingId: id,
              reason: replacementReason(what, item.resourceUnitId ?? '', booking.endAt, afterDays),
              amountCents: cents,
              currency,
            },
            now,
          )
          await store.charge(item.id, fine)
        }
      },
    )
  }
}
