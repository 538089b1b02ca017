import type { IncomingHttpHeaders } from 'node:http'
import type { Readable } from 'node:stream'

import type { Call, Endpoint, ExpectedVersion, Role } from '@kitroom/contracts'
import type { z } from 'zod'

import type { Admission, Visitor } from './admission.ts'
import type { Reply } from './reply.ts'

type Parsed<S> = S extends z.ZodType ? z.output<S> : Record<string, never>

/** What a handler gets: everything validated and typed by its endpoint. */
export interface HandlerRequest<E extends Endpoint> {
  /** The member's call; only where the endpoint asks for a role. */
  call: E['access'] extends Role ? Call : Call | undefined
  visitor: Visitor
  requestId: string
  params: Parsed<E['params']>
  query: Parsed<E['query']>
  headers: Parsed<E['headers']>
  body: E['consumes'] extends 'text/csv' ? undefined : Parsed<E['body']>
  /** The raw body of a `text/csv` endpoint; it fails with body-too-large beyond the limit. */
  stream: E['consumes'] extends 'text/csv' ? Readable : Readable | undefined
  ifMatch: ExpectedVersion | undefined
  /** The answer becomes a CSV file, which has no pages: `present` gives every entry of the list. */
  asFile: boolean
}

/**
 * Judges who is at the door before anything else of a request is read; for a public endpoint that is not open to everybody.
 * It throws its refusal.
 */
export type Doorkeeper = (headers: IncomingHttpHeaders, admission: Admission) => void

/** An endpoint bound to what it does. */
export interface Route {
  endpoint: Endpoint
  doorkeeper: Doorkeeper | undefined
  run: (request: HandlerRequest<Endpoint>) => Promise<unknown>
  present: (result: unknown) => Reply
}

/**
 * Binds an endpoint to a use case and to how its result is told. `run` returns what the use case's transaction
 * returned; `present` is pure, since for idempotent requests it is rendered inside that transaction.
 */
export function on<const E extends Endpoint, R>(
  endpoint: E,
  run: (request: HandlerRequest<E>) => Promise<R>,
  present: (result: R) => Reply,
  doorkeeper?: Doorkeeper,
): Route {
  return { endpoint, doorkeeper, run, present: present as unknown as Route['present'] }
}
