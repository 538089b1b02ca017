import type { Call, NewResource } from '@kitroom/contracts'

import { Resource } from '../../domain/resource.ts'
import { barcodeTaken, ResourceUnit } from '../../domain/resource-unit.ts'
import type { InTransaction } from '../ports.ts'

export const createResource = (inTransaction: InTransaction) => (call: Call, wish: NewResource) =>
  inTransaction(call, async ({ resources, units, now, newId }) => {
    const taken = await units.taken(wish.units.map(({ barcode }) => barcode))
    if (taken.length > 0) throw barcodeTaken(taken)

    const { serial_number, units: wishedUnits, ...description } = wish
    const identity = { id: newId(), orgId: call.orgId }
    const resource = new Resource(identity, { ...description, serialNumber: serial_number }, now)
    const newUnits = wishedUnits.map(
      ({ serial_number, ...unit }) =>
        new ResourceUnit(
          { id: newId(), orgId: call.orgId, resourceId: resource.id },
          { ...unit, serialNumber: serial_number },
          now,
        ),
    )
    for (const unit of newUnits) resource.gain(unit, now)
    await resources.add(resource)
    for (const unit of newUnits) units.add(unit)
    return resource
  })
