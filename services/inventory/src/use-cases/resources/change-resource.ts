import { type Call, type ExpectedVersion, requireVersion, type ResourceChange } from '@kitroom/contracts'
import { notFound } from '@kitroom/errors'

import type { InTransaction } from '../ports.ts'

export const changeResource =
  (inTransaction: InTransaction) =>
  (call: Call, id: string, expected: ExpectedVersion | undefined, change: ResourceChange) =>
    inTransaction(call, async ({ resources, now }) => {
      const resource = await resources.forChange(id)
      if (resource === undefined || resource.deletedAt !== null) throw notFound('resource')
      requireVersion(expected, resource.version)
      const { serial_number, ...fields } = change
      resource.change({ ...fields, serialNumber: serial_number }, now)
      if (change.tags !== undefined) await resources.keepTags(resource)
      return resource
    })
