import type { Person } from '../client.ts'
import { type Heard, type Operation, outcomeOf, type Sent } from './operation.ts'

/** As long as a client waits before it goes away without having heard anything. */
const PATIENCE_MS = 40_000

/** What clients did and heard, in the order in which they were done. */
export interface History {
  operations: Operation[]
  /** Makes a call and writes down what was heard of it, also when that is nothing. */
  record: (
    who: Person,
    call: Pick<Operation, 'client' | 'what' | 'sent' | 'mark' | 'entityId'>,
  ) => Promise<Operation>
}

export function newHistory(url: string): History {
  const operations: Operation[] = []
  return {
    operations,
    async record(who, call) {
      const at = new Date().toISOString()
      const invoked = performance.now()
      const heard = await send(url, who, call.sent)
      const operation: Operation = {
        ...call,
        by: who.id,
        outcome: outcomeOf(heard),
        ...(heard === undefined ? {} : { heard }),
        at,
        invoked,
        completed: performance.now(),
      }
      operations.push(operation)
      return operation
    },
  }
}

/** Undefined when the connection broke or nothing came. */
export async function send(url: string, who: Person, sent: Sent): Promise<Heard | undefined> {
  const { method, path, key, ifMatch, body } = sent
  try {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        Authorization: `Bearer ${who.token}`,
        'X-Org-Id': who.orgId,
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...(key === undefined ? {} : { 'Idempotency-Key': key }),
        ...(ifMatch === undefined ? {} : { 'If-Match': ifMatch }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(PATIENCE_MS),
    })
    const { status, headers } = response
    return {
      status,
      text: await response.text(),
      contentType: headers.get('content-type'),
      location: headers.get('location'),
      etag: headers.get('etag'),
      retryAfter: headers.get('retry-after'),
      replayed: headers.get('idempotent-replayed') === 'true',
    }
  } catch {
    return undefined
  }
}
