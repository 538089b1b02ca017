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
 * A unit or resource that was changed, deleted or brought back may strand bookings and offers, or let others be made; one
 * that is new cannot strand any, but somebody may wait for it.
 */
export const onInventoryChanged =
  ({ settleWithdrawal, noteLendable }: Pick<UseCases, 'settleWithdrawal' | 'noteLendable'>) =>
  async (event: EntityChanged): Promise<void> => {
    const resourceId = resourceOf(event)
    if (resourceId === undefined) return
    const about = { orgId: event.orgid, resourceId, requestId: event.requestid }
    const { action, entity_type, entity_id } = event.data
    const unitId = entity_type === 'ResourceUnit' ? entity_id : undefined
    if (action === 'CREATE') await noteLendable({ ...about, unitId })
    else await settleWithdrawal({ ...about, eventId: event.id })
  }
