import type { Call, NewTag } from '@kitroom/contracts'

import { Tag, tagTaken } from '../../domain/tag.ts'
import type { InTransaction } from '../ports.ts'

export const createTag = (inTransaction: InTransaction) => (call: Call, wish: NewTag) =>
  inTransaction(call, async ({ tags, now, newId }) => {
    if (await tags.isTaken(wish.name)) throw tagTaken(wish.name)
    const tag = new Tag({ id: newId(), orgId: call.orgId }, wish.name, now)
    tags.add(tag)
    return tag
  })
