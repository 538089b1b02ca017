import type { FailureCode } from '@kitroom/errors'
import type { z } from 'zod'

import type { Role } from './caller.ts'

export const SERVICES = ['auth', 'inventory', 'booking', 'audit'] as const
export type ServiceName = (typeof SERVICES)[number]
export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE'

/**
 * Who may call: `public` without a token, `session` with a token and no organisation,
 * a role with a token and `X-Org-Id`.
 */
export type Access = 'public' | 'session' | Role

/** What a list looks like as a CSV file: for whom asks for `text/csv` by `Accept`. */
export interface CsvFile {
  /** What a browser calls it. */
  readonly file: string
  /** One entry of the list's `data`. */
  readonly entry: z.ZodType
  /**
   * Paths into an entry, such as `next_booking.id`; they are also the titles. Of a list on the way every value is
   * told, with `; ` between them.
   */
  readonly columns: readonly string[]
}

/**
 * One operation of the REST contract as data. From it come validation, the handler's types, the gateway's
 * route and role table, and the OpenAPI document.
 */
export interface Endpoint {
  /** Stable name, the operationId. */
  readonly name: string
  readonly service: ServiceName | 'gateway'
  readonly method: Method
  /** `/resources/{id}`: braces as in OpenAPI. */
  readonly path: string
  readonly access: Access
  readonly summary: string
  readonly description?: string
  readonly params?: z.ZodObject
  readonly query?: z.ZodObject
  readonly headers?: z.ZodObject
  /** JSON; absent: no body, or `{}`. What `consumes` `text/csv` reaches the handler as a stream, without a schema. */
  readonly body?: z.ZodType
  /** A body that may be left out altogether (actions with only optional fields). */
  readonly bodyOptional?: boolean
  readonly consumes?: 'application/json' | 'text/csv'
  /** The media type of the success reply: JSON unless said otherwise. */
  readonly produces?: 'application/json' | 'text/html'
  /** A GET of a list that can also be had as one CSV file with all its entries, whatever `limit` and `page` say. */
  readonly alsoCsv?: CsvFile
  /** Reads or writes all there is: its answer may take half a minute, others five seconds. */
  readonly takesLong?: boolean
  readonly idempotency?: 'required' | 'accepted' | 'ignored'
  /** `required` on PATCH, `honoured` where it counts only when sent. */
  readonly ifMatch?: 'required' | 'honoured'
  /** Success status → schema of its body, null for none. */
  readonly replies: Readonly<Partial<Record<200 | 201 | 202 | 204, z.ZodType | null>>>
  /** The failure codes particular to this operation, beyond what every operation may answer. */
  readonly failures?: readonly FailureCode[]
}

/** Declares an endpoint; the identity function that keeps the literal types. */
export const endpoint = <const E extends Endpoint>(declared: E): E => declared
