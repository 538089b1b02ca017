import { EntityType, hasRole, type Role } from '@kitroom/contracts'
import { Failure, invalid } from '@kitroom/errors'
import type { Implementation, RpcCall } from '@kitroom/grpc'

import { auditEventFacts } from '../domain/audit-event.ts'
import type { UseCases } from '../use-cases/index.ts'

const NEWEST_FIRST = [{ field: 'at', descending: true }] as const

/** The audit over gRPC, under the same rules as over REST. */
export const auditTrail = ({ listEvents, verifyTrail }: UseCases): Implementation<'AuditTrail'> => ({
  async listEvents(request, call) {
    const orgId = organizationOf(request.org_id, call, 'staff')
    const { data } = await listEvents(
      { orgId },
      {
        entity_type: request.entity_type === '' ? undefined : entityType(request.entity_type),
        entity_id: request.entity_id === '' ? undefined : request.entity_id,
        limit: limitOf(request.limit),
        sort: [...NEWEST_FIRST],
      },
    )
    return {
      events: data.map(auditEventFacts).map((facts) => ({
        ...facts,
        actor_user_id: facts.actor_user_id ?? '',
        before_json: facts.before_json === null ? '' : JSON.stringify(facts.before_json),
        after_json: facts.after_json === null ? '' : JSON.stringify(facts.after_json),
      })),
    }
  },
  async verify(request, call) {
    const orgId = organizationOf(request.org_id, call, 'admin')
    const { verified, events, head_hash, first_broken_id } = await verifyTrail({ orgId })
    return {
      verified,
      events,
      head_hash: head_hash ?? '',
      first_broken_id: first_broken_id ?? '',
    }
  },
})

/** A service reads no trail in its own name, only for a member who may read it (EVT-14). */
function organizationOf(asked: string, { statement }: RpcCall, role: Role): string {
  const { member } = statement
  if (member === undefined || member.orgId !== asked.toLowerCase() || !hasRole(member, role)) {
    throw new Failure('forbidden', `This needs the role ${role} in the organisation asked for.`)
  }
  return member.orgId
}

function entityType(text: string): EntityType {
  const parsed = EntityType.safeParse(text)
  if (parsed.success) return parsed.data
  throw invalid([{ pointer: '/entity_type', detail: `Ask for one of ${EntityType.options.join(', ')}.` }])
}

function limitOf(limit: number): number {
  if (limit === 0) return 20
  if (limit >= 1 && limit <= 100) return limit
  throw invalid([{ pointer: '/limit', detail: 'Ask for 1 to 100 events, or 0 for 20.' }])
}
