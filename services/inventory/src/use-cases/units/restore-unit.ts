import { type Call, type ExpectedVersion, requireVersion } from '@kitroom/contracts'
import { Failure, notFound } from '@kitroom/errors'

import { barcodeTaken } from '../../domain/resource-unit.ts'
import type { InTransaction } from '../ports.ts'

export const restoreUnit =
  (inTransaction: InTransaction) => (call: Call, id: string, expected: ExpectedVersion | undefined) =>
    inTransaction(call, async ({ units, now }) => {
      const found = await units.forChange(id)
      if (found === undefined) throw notFound('unit')
      const { unit, resource } = found
      requireVersion(expected, unit.version)
      if (resource.deletedAt !== null) {
        throw new Failure('resource-withdrawn', 'The unit belongs to a deleted resource. Restore that first.')
      }
      resource.amend(unit, () => unit.restore(now), now)
      const taken = await units.taken([unit.barcode])
      if (taken.length > 0) throw barcodeTaken(taken)
      return unit
    })
