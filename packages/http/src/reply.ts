import type { Endpoint, StoredAnswer } from '@kitroom/contracts'

/** What a handler wants to say; the endpoint's reply schema decides which fields leave. */
export interface Reply {
  status: 200 | 201 | 202 | 204
  body?: unknown
  location?: string
}

/** 200 with the object. */
export const ok = (body: unknown): Reply => ({ status: 200, body })

/** 201 with the new object and where it lives. */
export const created = (location: string, body: unknown): Reply => ({ status: 201, location, body })

/** 202: taken on, to be done later; where it can be watched. */
export const accepted = (location: string, body: unknown): Reply => ({ status: 202, location, body })

/** 204: done, nothing to say. */
export const noContent = (): Reply => ({ status: 204 })

function versionOf(body: unknown): number | undefined {
  if (typeof body !== 'object' || body === null || !('version' in body)) return undefined
  return typeof body.version === 'number' ? body.version : undefined
}

/**
 * Renders a reply to the bytes that are sent and, for idempotent requests, stored. The body passes its schema, so a
 * field that was not promised cannot leave; the version in it becomes the strong ETag.
 */
export function render(endpoint: Endpoint, reply: Reply): StoredAnswer {
  const schema = endpoint.replies[reply.status]
  if (schema === undefined) throw new Error(`${endpoint.name} does not promise ${reply.status}.`)
  const headers: Record<string, string> = {}
  if (reply.location !== undefined) headers['Location'] = reply.location
  if (schema === null) return { status: reply.status, headers, body: '' }
  const body: unknown = schema.parse(reply.body)
  const version = versionOf(body)
  if (version !== undefined) headers['ETag'] = `"${version}"`
  headers['Content-Type'] = 'application/json; charset=utf-8'
  if (endpoint.alsoCsv !== undefined) headers['Vary'] = 'Accept'
  return { status: reply.status, headers, body: JSON.stringify(body) }
}
