import { type EntityChanged, OWNERS, parseInstant, SERVICES, subjectOf } from '@kitroom/contracts'

/**
 * Says why an event cannot be what it claims to be, or undefined when it can. The broker's stream is not proof of
 * origin: an event for one organisation that shows another's entity would put it before the wrong eyes (TEN-12).
 */
export function objectionTo(event: EntityChanged): string | undefined {
  const { source, type, orgid, data } = event
  if (!SERVICES.some((service) => service === source)) return `There is no service ${source}.`
  if (type !== subjectOf(source, data.entity_type, data.action))
    return `Its type ${type} is not that of its data.`
  if (parseInstant(event.time) === undefined) return `Its time ${event.time} is none of the calendar.`
  if (source !== OWNERS[data.entity_type]) return `A ${data.entity_type} is no business of ${source}.`
  if ((data.action === 'CREATE') !== (data.before === null))
    return 'Only what is created has no state before.'
  if (data.before === null && data.after === null) return 'It shows the entity neither before nor after.'
  const elsewhere = [data.before, data.after].some((state) => isElsewhere(data.entity_type, state, orgid))
  if (elsewhere) return 'Its entity belongs to another organisation.'
  if (!isStorable(event)) return 'It holds a text with NUL or half of a surrogate pair.'
  return undefined
}

/** A user's `org_id` is where the account was made; members of other organisations change there too. */
function isElsewhere(type: string, state: Record<string, unknown> | null, orgid: string): boolean {
  const owner =
    state === null || type === 'User' ? undefined : state[type === 'Organization' ? 'id' : 'org_id']
  return typeof owner === 'string' && owner.toLowerCase() !== orgid.toLowerCase()
}

/** PostgreSQL stores neither, and RFC 8785 has no canonical form for the second. */
function isStorable(event: EntityChanged): boolean {
  const withoutBackslashes = JSON.stringify(event).replaceAll('\\\\', '')
  return !/\\u(?:0000|d[89a-f])/.test(withoutBackslashes)
}
