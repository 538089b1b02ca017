import { type Call, type ExpectedVersion, requireVersion } from '@kitroom/contracts'
import { notFound } from '@kitroom/errors'

import { barcodeTaken } from '../../domain/resource-unit.ts'
import type { InTransaction } from '../ports.ts'

export const restoreResource =
  (inTransaction: InTransaction) => (call: Call, id: string, expected: ExpectedVersion | undefined) =>
    inTransaction(call, async ({ resources, units, now }) => {
      const resource = await resources.forChange(id)
      if (resource === undefined) throw notFound('resource')
      requireVersion(expected, resource.version)
      resource.requireDeleted()
      const taken = await units.taken(await units.barcodesDeletedWith(resource))
      if (taken.length > 0) throw barcodeTaken(taken)
      resource.restore(await units.restoreAllOf(resource), now)
      return resource
    })
