import { Failure } from '@kitroom/errors'

import type { BatchConsumption, SingleConsumption } from './broker.ts'
import { parseEvent } from './parse-event.ts'

interface DeadLetter {
  id: string
  subject: string
  payload: string
}

/** The dead letters of one consumer. `@kitroom/database` has those in a table. */
export interface Letters {
  /** Those not yet dealt with, in the order of their ids, after the given one. */
  waiting(afterId: string | undefined, limit: number): Promise<DeadLetter[]>
  redriven(id: string): Promise<void>
  stillRefused(id: string, reason: string): Promise<void>
}

/** How many dead letters went through, and how many did not. */
export interface Redriven {
  redriven: number
  refused: number
}

const CHUNK = 100

/**
 * Offers every waiting dead letter again to the handler that could not use it, for instance after an upgrade that can. A
 * letter that is still refused stays, with the new reason.
 * @throws Failure when what the handlers need is away: the letters wait on
 */
export async function redrive(
  consumptions: readonly (SingleConsumption | BatchConsumption)[],
  lettersOf: (durable: string) => Letters,
): Promise<Redriven> {
  const counts: Redriven = { redriven: 0, refused: 0 }
  for (const consumption of consumptions) {
    const letters = lettersOf(consumption.durable)
    let after: string | undefined
    for (;;) {
      const waiting = await letters.waiting(after, CHUNK)
      for (const letter of waiting) {
        const refusal = await refusalOf(letter, consumption)
        if (refusal === undefined) await letters.redriven(letter.id)
        else await letters.stillRefused(letter.id, refusal)
        counts[refusal === undefined ? 'redriven' : 'refused'] += 1
      }
      after = waiting.at(-1)?.id
      if (waiting.length < CHUNK) break
    }
  }
  return counts
}

/** Why the letter is still refused, or undefined when it went through. */
async function refusalOf(
  { subject, payload }: DeadLetter,
  consumption: SingleConsumption | BatchConsumption,
): Promise<string | undefined> {
  const parsed = parseEvent(subject, payload)
  if ('reason' in parsed) return parsed.reason
  if ('unfamiliar' in parsed) return consumption.keepUnfamiliar === true ? parsed.unfamiliar : undefined
  try {
    if ('handle' in consumption) await consumption.handle(parsed.event, { subject, attempt: 1 })
    else await consumption.handleBatch([parsed.event])
    return undefined
  } catch (error) {
    // What is away refuses everything; one bad letter must not stop the others.
    if (error instanceof Failure && error.kind === 'unavailable') throw error
    return error instanceof Error ? error.message : String(error)
  }
}
