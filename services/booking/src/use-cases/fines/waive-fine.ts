import { type Call, type ExpectedVersion, requireVersion } from '@kitroom/contracts'
import { notFound } from '@kitroom/errors'

import type { Fine } from '../../domain/fine.ts'
import type { Ports } from '../ports.ts'

/** Lets a fine off. */
export const waiveFine =
  ({ inTransaction }: Ports) =>
  (call: Call, id: string, reason: string, expected: ExpectedVersion | undefined): Promise<Fine> =>
    inTransaction(call, async ({ fines }) => {
      const [fine] = await fines.forChange([id])
      if (fine === undefined) throw notFound('fine')
      requireVersion(expected, fine.version)
      fine.waive(reason)
      return fine
    })
