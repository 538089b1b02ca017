import { EntityChanged } from '@kitroom/contracts'
import { Failure } from '@kitroom/errors'

import { objectionTo } from './objection.ts'
import type { DeadLetter, DeadLetters } from './ports.ts'

export interface Redriving {
  deadLetters: Pick<DeadLetters, 'waiting' | 'redriven' | 'stillRefused'>
  /** The use case that would have taken the message in the first place. */
  record: (events: readonly EntityChanged[]) => Promise<void>
}

const CHUNK = 100

/**
 * Offers every waiting dead letter again, for instance after an upgrade that understands it. A letter that is still
 * refused stays, with the new reason.
 * @returns how many went through and how many did not
 */
export const redriveDeadLetters =
  ({ deadLetters, record }: Redriving) =>
  async (): Promise<{ redriven: number; refused: number }> => {
    const counts = { redriven: 0, refused: 0 }
    let after: string | undefined
    for (;;) {
      const letters = await deadLetters.waiting(after, CHUNK)
      for (const letter of letters) {
        const objection = await redrive(letter, record)
        if (objection === undefined) await deadLetters.redriven(letter.id)
        else await deadLetters.stillRefused(letter.id, objection)
        counts[objection === undefined ? 'redriven' : 'refused'] += 1
      }
      after = letters.at(-1)?.id
      if (letters.length < CHUNK) return counts
    }
  }

/** Why the letter is still refused, or undefined when it went through. */
async function redrive(letter: DeadLetter, record: Redriving['record']): Promise<string | undefined> {
  try {
    const read = readLetter(letter)
    if (typeof read === 'string') return read
    await record([read])
    return undefined
  } catch (error) {
    // A database that is away refuses everything; one bad letter must not stop the others.
    if (error instanceof Failure && error.kind === 'unavailable') throw error
    return error instanceof Error ? error.message : String(error)
  }
}

/** The event, or why there is none. */
function readLetter({ subject, payload }: DeadLetter): EntityChanged | string {
  let value: unknown
  try {
    value = JSON.parse(payload)
  } catch {
    return 'It is not JSON.'
  }
  const event = EntityChanged.safeParse(value)
  if (!event.success) {
    return event.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')
  }
  if (event.data.type !== subject) return `The event is a ${event.data.type}, which its subject was not.`
  return objectionTo(event.data) ?? event.data
}
