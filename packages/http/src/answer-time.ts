import type { ServerResponse } from 'node:http'

import type { Endpoint } from '@kitroom/contracts'
import { type Deadline, givenUp, outOfTime } from '@kitroom/deadline'

/** How long an answer may take once the request is there (DOS-9). */
const ANSWER_MS = 5_000
/** What reads or writes everything there is. */
const LONG_ANSWER_MS = 30_000

/** How long the answer of an endpoint may take. */
export const answerMs = ({ takesLong, alsoCsv }: Endpoint): number =>
  takesLong === true || alsoCsv !== undefined ? LONG_ANSWER_MS : ANSWER_MS

/** From now on somebody waits for this response, for so long at most, and until the connection is closed. */
export function deadlineOf(response: ServerResponse, withinMs: number): Deadline {
  const over = new AbortController()
  const timer = setTimeout(() => over.abort(outOfTime()), withinMs)
  if (response.destroyed) over.abort(givenUp())
  response.on('close', () => {
    clearTimeout(timer)
    if (!response.writableFinished) over.abort(givenUp())
  })
  return { at: performance.now() + withinMs, signal: over.signal }
}
