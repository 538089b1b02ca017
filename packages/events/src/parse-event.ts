import { EntityChanged } from '@kitroom/contracts'

/** The event a message carries, or why it carries none. */
export type Parsed = { event: EntityChanged } | { reason: string }

/** Reads a message. Fields and entity types of newer versions: the first are ignored, the second are no event to us. */
export function parseEvent(subject: string, data: Uint8Array): Parsed {
  const parsed = readEvent(data)
  if (typeof parsed === 'string') return { reason: parsed }
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    return {
      reason: `The payload is no EntityChanged: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`,
    }
  }
  if (parsed.data.type !== subject)
    return { reason: `The event is a ${parsed.data.type}, which this subject is not.` }
  return { event: parsed.data }
}

function readEvent(data: Uint8Array): ReturnType<typeof EntityChanged.safeParse> | string {
  try {
    return EntityChanged.safeParse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(data)))
  } catch (error) {
    // Nested so deeply that looking at it overflows the stack.
    if (error instanceof RangeError) return 'The payload is nested too deeply.'
    return 'The payload is not JSON in UTF-8.'
  }
}
