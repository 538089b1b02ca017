import { parse, type ParsedUrlQuery } from 'node:querystring'

import { Failure } from '@kitroom/errors'

const MAX_PARAMETERS = 50

/**
 * Reads a query as flat names with one or several values; `a[b]` is a name like any other. Node would read broken
 * percent-encoding as U+FFFD and drop what comes after the thousandth pair.
 * @throws Failure validation-failed
 */
export function readQuery(query: string | null): ParsedUrlQuery {
  const text = query ?? ''
  try {
    decodeURIComponent(text)
  } catch {
    throw new Failure('validation-failed', 'The query could not be decoded.', {
      errors: [{ parameter: 'query', detail: 'Percent-encoding must be valid UTF-8.' }],
    })
  }
  const pairs = parse(text, '&', '=', { maxKeys: 0 })
  if (Object.values(pairs).flat().length > MAX_PARAMETERS) {
    throw new Failure('validation-failed', `A query may have ${MAX_PARAMETERS} parameters.`, {
      errors: [
        { parameter: 'query', detail: `At most ${MAX_PARAMETERS}, each one that is repeated counted again.` },
      ],
    })
  }
  return pairs
}
