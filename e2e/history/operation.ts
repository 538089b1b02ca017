/** What became of a call: it says it was done, it says it was not, or it is not known. */
export type Outcome = 'ok' | 'fail' | 'info'

export interface Sent {
  method: 'GET' | 'POST' | 'PATCH'
  path: string
  key?: string
  ifMatch?: string
  body?: object
}

/** An answer to the letter. */
export interface Heard {
  status: number
  text: string
  contentType: string | null
  location: string | null
  etag: string | null
  retryAfter: string | null
  replayed: boolean
}

/** One call of a client, from when it was made to when its client knew as much as it would know. */
export interface Operation {
  client: number
  /** The user. */
  by: string
  what: string
  sent: Sent
  /** A word of its own that the call leaves in what it makes or changes. */
  mark?: string
  /** The object it changes or reads; unknown when it makes one. */
  entityId?: string
  outcome: Outcome
  heard?: Heard
  /** What it was told first, when that did not say what became of it and it was made again. */
  heardBefore?: Heard
  /** By the wall clock. */
  at: string
  /** By the monotonic clock, in ms. */
  invoked: number
  completed: number
}

/** The part of an answer that every versioned object has. */
export interface Shown {
  id: string
  version: number
  status?: string
  start_at?: string
  end_at?: string
  purpose?: string | null
  items?: { resource_id: string; resource_unit_id: string | null }[] | null
  name?: string
}

/** The object a call was answered with, where it was answered with one. */
export function shownIn({ heard }: Pick<Operation, 'heard'>): Shown | undefined {
  if (heard === undefined || heard.status >= 300) return undefined
  const body: unknown = JSON.parse(heard.text === '' ? 'null' : heard.text)
  return isShown(body) ? body : undefined
}

const isShown = (body: unknown): body is Shown =>
  typeof body === 'object' && body !== null && 'id' in body && 'version' in body

/** Only what is said plainly counts: whatever may have happened, or still may, is not known. */
export function outcomeOf(heard: Heard | undefined): Outcome {
  if (heard === undefined || heard.status >= 500 || heard.text.includes('"idempotency-in-flight"'))
    return 'info'
  return heard.status < 400 ? 'ok' : 'fail'
}
