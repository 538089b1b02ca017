import type { Request } from 'express'

const JSON_TYPE = 'application/json'

/** As what a CSV file may be asked for: a parameter of an `Accept` has to be one of the type itself (RFC 7111). */
const CSV_TYPES = ['text/csv', 'text/csv;charset=utf-8', 'text/csv;header=present']

/**
 * Whether a client would rather have CSV than JSON (RFC 9110 §12.5.1): the higher quality wins, of equal ones what is
 * named more closely and then what is named first. JSON is what everybody gets who says nothing, anything, or what
 * there is not: `Accept` is a wish, and an answer in JSON of more use than a refusal.
 */
export function prefersCsv(request: Pick<Request, 'accepts'>): boolean {
  const best = request.accepts([JSON_TYPE, ...CSV_TYPES])
  return best !== false && CSV_TYPES.includes(best)
}
