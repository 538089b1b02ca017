import { EntityChanged } from '@kitroom/contracts'
import { z } from 'zod'

import { objectionTo } from './objection.ts'

/**
 * What a message carries: an event, one of a kind that is newer than we are, or nothing that could be used, and why.
 * Fields of newer versions are ignored.
 */
export type Parsed = { event: EntityChanged } | { unfamiliar: string } | { reason: string }

/** An event of whatever entity and action. */
const AnyKind = EntityChanged.extend({
  data: EntityChanged.shape.data.extend({ entity_type: z.string(), action: z.string() }),
})

/** Reads a message as it came by its subject. What is no genuine event is none (TEN-12). */
export function parseEvent(subject: string, payload: Uint8Array | string): Parsed {
  try {
    return readEvent(subject, typeof payload === 'string' ? payload : decoded(payload))
  } catch (error) {
    // Nested so deeply that looking at it overflows the stack.
    if (error instanceof RangeError) return { reason: 'The payload is nested too deeply.' }
    return { reason: 'The payload is not JSON in UTF-8.' }
  }
}

const decoded = (payload: Uint8Array): string => new TextDecoder('utf-8', { fatal: true }).decode(payload)

function readEvent(subject: string, payload: string): Parsed {
  const value: unknown = JSON.parse(payload)
  const parsed = EntityChanged.safeParse(value)
  if (!parsed.success) {
    const { success, data } = AnyKind.safeParse(value)
    if (success && data.type === subject) {
      return { unfamiliar: `Nothing is known of ${data.data.entity_type} ${data.data.action}.` }
    }
    const [issue] = parsed.error.issues
    return {
      reason: `The payload is no EntityChanged: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`,
    }
  }
  const { data: event } = parsed
  if (event.type !== subject) return { reason: `The event is a ${event.type}, which this subject is not.` }
  const objection = objectionTo(event)
  return objection === undefined ? { event } : { reason: objection }
}
