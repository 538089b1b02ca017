import { type Call, type ExpectedVersion, requireVersion, type TagChange } from '@kitroom/contracts'
import { notFound } from '@kitroom/errors'

import { tagTaken } from '../../domain/tag.ts'
import type { InTransaction } from '../ports.ts'

export const changeTag =
  (inTransaction: InTransaction) =>
  (call: Call, id: string, expected: ExpectedVersion | undefined, { name }: TagChange) =>
    inTransaction(call, async ({ tags, now }) => {
      const tag = await tags.forChange(id)
      if (tag === undefined) throw notFound('tag')
      requireVersion(expected, tag.version)
      if (name === undefined || name === tag.name) return tag
      if (await tags.isTaken(name)) throw tagTaken(name)
      await tags.tellResources(tag, name)
      tag.rename(name, now)
      return tag
    })
