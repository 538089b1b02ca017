import { type FailureCode, FAILURES } from '@kitroom/errors'
import { z } from 'zod'

import { Id } from './primitives/id.ts'
import { InstantText } from './primitives/instant.ts'

/** Where an input is wrong, and how. */
export const InvalidPlace = z
  .object({
    pointer: z.string().optional().describe('JSON pointer (RFC 6901) into the body.'),
    parameter: z.string().optional().describe('Name of the query or path parameter.'),
    header: z.string().optional(),
    line: z.int().optional().describe('Line of an imported file, counted from 1.'),
    detail: z.string(),
  })
  .meta({ id: 'InvalidPlace' })

/** When a unit is taken; by whom is nobody's business. */
export const Conflict = z
  .object({ resource_unit_id: Id, start_at: InstantText, end_at: InstantText })
  .meta({ id: 'Conflict' })

const codes = Object.keys(FAILURES) as FailureCode[]

/** Every refusal: RFC 9457 problem details. A code may add members of its own, so unknown ones are let through. */
export const Problem = z
  .looseObject({
    type: z.string().describe('`/problems/<code>`, a page that explains the problem.'),
    title: z.string(),
    status: z.int().min(400).max(599),
    detail: z.string(),
    instance: z.string().describe('The path that was asked for.'),
    code: z.enum([...codes, 'internal']),
    request_id: z.string(),
    errors: z.array(InvalidPlace).optional(),
    conflicts: z.array(Conflict).optional().describe('With `unit-unavailable`: what is in the way.'),
  })
  .meta({ id: 'Problem' })
export type Problem = z.infer<typeof Problem>
