import type { Call, NewUnit } from '@kitroom/contracts'
import { notFound } from '@kitroom/errors'

import { barcodeTaken, ResourceUnit } from '../../domain/resource-unit.ts'
import type { InTransaction } from '../ports.ts'

export const addUnit = (inTransaction: InTransaction) => (call: Call, resourceId: string, wish: NewUnit) =>
  inTransaction(call, async ({ resources, units, now, newId }) => {
    const resource = await resources.forChange(resourceId)
    if (resource === undefined || resource.deletedAt !== null) throw notFound('resource')
    const taken = await units.taken([wish.barcode])
    if (taken.length > 0) throw barcodeTaken(taken)
    const { serial_number, ...description } = wish
    const identity = { id: newId(), orgId: call.orgId, resourceId }
    const unit = new ResourceUnit(identity, { ...description, serialNumber: serial_number }, now)
    resource.gain(unit, now)
    units.add(unit)
    return unit
  })
