import type { Ports } from '../ports.ts'

/** Has the arbiter look at a resource of which inventory says that more can be lent, if anybody waits for it. */
export const noteLendable =
  ({ inTransaction }: Pick<Ports, 'inTransaction'>) =>
  ({
    orgId,
    resourceId,
    requestId,
  }: {
    orgId: string
    resourceId: string
    requestId: string
  }): Promise<void> =>
    inTransaction({ orgId, userId: null, requestId }, ({ freed }) => freed.addWanted([resourceId]))
