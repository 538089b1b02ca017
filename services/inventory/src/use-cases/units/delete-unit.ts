import { type Call, type ExpectedVersion, requireVersion } from '@kitroom/contracts'
import { notFound } from '@kitroom/errors'

import type { InTransaction } from '../ports.ts'

export const deleteUnit =
  (inTransaction: InTransaction) => (call: Call, id: string, expected: ExpectedVersion | undefined) =>
    inTransaction(call, async ({ units, now }) => {
      const found = await units.forChange(id)
      if (found === undefined || found.unit.deletedAt !== null) throw notFound('unit')
      const { unit, resource } = found
      requireVersion(expected, unit.version)
      resource.amend(unit, () => unit.delete(now), now)
    })
