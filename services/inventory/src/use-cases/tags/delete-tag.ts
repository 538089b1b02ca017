import { type Call, type ExpectedVersion, requireVersion } from '@kitroom/contracts'
import { notFound } from '@kitroom/errors'

import type { InTransaction } from '../ports.ts'

export const deleteTag =
  (inTransaction: InTransaction) => (call: Call, id: string, expected: ExpectedVersion | undefined) =>
    inTransaction(call, async ({ tags }) => {
      const tag = await tags.forChange(id)
      if (tag === undefined) throw notFound('tag')
      requireVersion(expected, tag.version)
      await tags.delete(tag)
    })
