import { type FieldError, invalid } from '@kitroom/errors'
import type { z } from 'zod'

type Issue = z.core.$ZodIssue

/** Where an input came from, which decides how its places are named. */
export type Source = 'body' | 'query' | 'path' | 'header'

function pointerOf(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}

function place(
  source: Source,
  path: readonly PropertyKey[],
): Pick<FieldError, 'pointer' | 'parameter' | 'header'> {
  if (source === 'body') return { pointer: pointerOf(path) }
  const name = String(path[0] ?? '')
  return source === 'header' ? { header: name } : { parameter: name }
}

/** The issues of a union's branch that came closest, which is what the caller most likely meant. */
function closest(branches: readonly (readonly Issue[])[]): readonly Issue[] {
  return branches.toSorted((a, b) => a.length - b.length)[0] ?? []
}

function fieldErrors(source: Source, issue: Issue, at: readonly PropertyKey[]): FieldError[] {
  const path = [...at, ...issue.path]
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      ...place(source, [...path, key]),
      detail: 'This field is not known here.',
    }))
  }
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    return closest(issue.errors).flatMap((inner) => fieldErrors(source, inner, path))
  }
  const missing = issue.code !== 'custom' && issue.input === undefined
  return [{ ...place(source, path), detail: missing ? 'This is required.' : issue.message }]
}

/**
 * Parses one part of a request by its schema.
 * @throws Failure validation-failed with one entry per offending place
 */
export function validated<S extends z.ZodType>(source: Source, schema: S, input: unknown): z.output<S> {
  const parsed = schema.safeParse(input, { reportInput: true })
  if (parsed.success) return parsed.data
  throw invalid(parsed.error.issues.flatMap((issue) => fieldErrors(source, issue, [])))
}
