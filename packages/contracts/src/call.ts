import type { Failure } from '@kitroom/errors'

import type { Caller } from './caller.ts'

/** An answer as its bytes will be sent, kept so that a repeated request hears exactly the same. */
export interface StoredAnswer {
  status: number
  headers: Record<string, string>
  body: string
}

/** What makes a request happen once: its key, its fingerprint and how its answer is written down. */
export interface Once {
  key: string
  method: string
  path: string
  /** Lower-case hex SHA-256 over method, path, query, content type and raw body. */
  fingerprint: () => string
  /** Renders what the use case's transaction returned. */
  answer: (result: unknown) => StoredAnswer
  /** Renders a business refusal reached after the work began. */
  refusal: (failure: Failure) => StoredAnswer
}

/** Where a change comes from: the organisation it happens in, who made it (null: the system itself) and how to trace it. */
export interface Origin {
  orgId: string
  userId: string | null
  requestId: string
  once?: Once
}

/** A change or question of a signed-in member of an organisation. */
export interface Call extends Origin {
  userId: string
  caller: Caller
}

/** Thrown out of a transaction when the key's first answer already stands; only the edge handles it. */
export class Replayed extends Error {
  readonly answer: StoredAnswer

  constructor(answer: StoredAnswer) {
    super('This request was answered before.')
    this.name = 'Replayed'
    this.answer = answer
  }
}
