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

/** A unit or resource that was changed or deleted may strand bookings; one that is new cannot. */
export const onInventoryChanged =
  ({ settleWithdrawal }: Pick<UseCases, 'settleWithdrawal'>) =>
  async (event: EntityChanged): Promise<void> => {
    const resourceId = resourceOf(event)
    const harmless = event.data.action === 'CREATE' || event.data.action === 'RESTORE'
    if (resourceId === undefined || harmless) return
    await settleWithdrawal({ orgId: event.orgid, resourceId, eventId: event.id, requestId: event.requestid })
  }
