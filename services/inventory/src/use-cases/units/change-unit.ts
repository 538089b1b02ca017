import { type Call, type ExpectedVersion, requireVersion, type UnitChange } from '@kitroom/contracts'
import { notFound } from '@kitroom/errors'

import { barcodeTaken } from '../../domain/resource-unit.ts'
import type { InTransaction } from '../ports.ts'

export const changeUnit =
  (inTransaction: InTransaction) =>
  (call: Call, id: string, expected: ExpectedVersion | undefined, change: UnitChange) =>
    inTransaction(call, async ({ units, now }) => {
      const found = await units.forChange(id)
      if (found === undefined || found.unit.deletedAt !== null) throw notFound('unit')
      const { unit, resource } = found
      requireVersion(expected, unit.version)
      if (change.barcode !== undefined && change.barcode !== unit.barcode) {
        const taken = await units.taken([change.barcode])
        if (taken.length > 0) throw barcodeTaken(taken)
      }
      const { serial_number, ...fields } = change
      resource.amend(unit, () => unit.change({ ...fields, serialNumber: serial_number }, now), now)
      return unit
    })
