import type { Person } from './client.ts'
import { requireDocumented } from './documented.ts'

/** An answer to the letter, with how many times it was asked for. */
export interface Heard {
  status: number
  text: string
  location: string | null
  etag: string | null
  contentType: string | null
  replayed: boolean
  tries: number
}

export interface Posting {
  path: string
  key: string
  /** A text is a file of CSV. */
  body: object | string
}

/**
 * Posts as a client does that must know what became of its request: it repeats it with the same key until it is told.
 * No answer, “not now” and “still running” are no answers; whatever else comes is, also what should not.
 */
export async function postUntilAnswered(
  url: string,
  who: Person,
  posting: Posting,
  withinMs = 60_000,
): Promise<Heard> {
  const end = Date.now() + withinMs
  for (let tries = 1; ; tries++) {
    const heard = await postOnce(url, who, posting)
    if (heard !== undefined) return { ...heard, tries }
    if (Date.now() > end) throw new Error(`no answer within ${withinMs} ms`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

async function postOnce(
  url: string,
  who: Person,
  { path, key, body }: Posting,
): Promise<Omit<Heard, 'tries'> | undefined> {
  let response: Response
  let text: string
  try {
    response = await fetch(`${url}${path}`, {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${who.token}`,
        'X-Org-Id': who.orgId,
        'Content-Type': typeof body === 'string' ? 'text/csv' : 'application/json',
        'Idempotency-Key': key,
      },
      body: typeof body === 'string' ? body : JSON.stringify(body),
      signal: AbortSignal.timeout(15_000),
    })
    text = await response.text()
  } catch {
    return undefined
  }
  const { status, headers } = response
  const header = (name: string) => headers.get(name) ?? undefined
  await requireDocumented(url, { method: 'POST', path, status, text, header })
  if (status === 503 || text.includes('"idempotency-in-flight"')) return undefined
  return {
    status,
    text,
    location: headers.get('location'),
    etag: headers.get('etag'),
    contentType: headers.get('content-type'),
    replayed: headers.get('idempotent-replayed') === 'true',
  }
}
