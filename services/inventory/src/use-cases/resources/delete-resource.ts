import { type Call, type ExpectedVersion, requireVersion } from '@kitroom/contracts'
import { notFound } from '@kitroom/errors'

import type { InTransaction } from '../ports.ts'

export const deleteResource =
  (inTransaction: InTransaction) => (call: Call, id: string, expected: ExpectedVersion | undefined) =>
    inTransaction(call, async ({ resources, units, now }) => {
      const resource = await resources.forChange(id)
      if (resource === undefined || resource.deletedAt !== null) throw notFound('resource')
      requireVersion(expected, resource.version)
      resource.delete(now)
      await units.deleteAllOf(resource)
    })
