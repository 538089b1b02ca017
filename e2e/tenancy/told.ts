import type { Heard } from '../wire.ts'

/** An answer without what is particular to the request. */
export function told({ status, headers, text }: Heard) {
  const { date: _date, 'x-request-id': _id, ...rest } = headers
  const steady = Object.fromEntries(Object.entries(rest).filter(([name]) => !name.startsWith('ratelimit')))
  return { status, headers: steady, body: bodyOf(text) }
}

function bodyOf(text: string): object | string {
  if (!text.startsWith('{')) return text
  const {
    instance: _instance,
    request_id: _request_id,
    ...body
  } = JSON.parse(text) as Record<string, unknown>
  return body
}
