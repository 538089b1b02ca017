import { parse, type ParsedUrlQuery } from 'node:querystring'

import { Failure } from '@kitroom/errors'

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
  return parse(text, '&', '=', { maxKeys: 0 })
}
