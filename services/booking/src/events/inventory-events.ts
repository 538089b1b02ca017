import type { EntityChanged } from '@kitroom/contracts'
import { z } from 'zod'

import type { UseCases } from '../use-cases/index.ts'

/** What this service needs of inventory's snapshots. */
const Unit = z.object({ resource_id: z.uuid() })

function resourceOf({ data }: EntityChanged): string | undefined {
  if (data.entity_type === 'Resource') return data.entity_id
  if (data.entity_type !== 'ResourceUnit') return undefined
  return Unit.safeParse(data.after ?? data.before).data?.resource_id
}

/**
 * A unit or resource that was changed or deleted may strand bookings and offers; one that is new or came back cannot, but
 * somebody may wait for it.
 */
export const onInventoryChanged =
  ({ settleWithdrawal, noteLendable }: Pick<UseCases, 'settleWithdrawal' | 'noteLendable'>) =>
  async (event: EntityChanged): Promise<void> => {
    const resourceId = resourceOf(event)
    if (resourceId === undefined) return
    const about = { orgId: event.orgid, resourceId, requestId: event.requestid }
    const { action } = event.data
    if (action === 'CREATE' || action === 'RESTORE') await noteLendable(about)
    else await settleWithdrawal({ ...about, eventId: event.id })
  }
