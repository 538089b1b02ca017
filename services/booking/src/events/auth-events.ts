import type { EntityChanged } from '@kitroom/contracts'
import { z } from 'zod'

import type { UseCases } from '../use-cases/index.ts'

/** What this service needs of auth's snapshots. */
const Role = z.object({ user_id: z.uuid() })

/** Whose membership an event may have ended. */
function whoMayHaveLeft({ data }: EntityChanged): string | undefined {
  if (data.entity_type === 'User' && data.action !== 'CREATE') return data.entity_id
  if (data.entity_type !== 'UserRole' || data.action !== 'SOFT_DELETE') return undefined
  return Role.safeParse(data.before).data?.user_id
}

/** Whoever is no active member any more waits no longer; auth is asked, so a repeated or late event does no harm. */
export const onMemberChanged =
  ({ leaveWaitlist }: Pick<UseCases, 'leaveWaitlist'>) =>
  async (event: EntityChanged): Promise<void> => {
    const userId = whoMayHaveLeft(event)
    if (userId !== undefined) await leaveWaitlist(userId, event.requestid)
  }
