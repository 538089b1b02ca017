import type { ApiDocument, Bound, Schema } from './api-document.ts'

/** Two versions of something that is sent one way. */
export interface Versions {
  way: 'request' | 'answer'
  before: ApiDocument
  now: ApiDocument
}

const UPPER: readonly Bound[] = ['maxLength', 'maxItems', 'maximum', 'exclusiveMaximum']
const LOWER: readonly Bound[] = ['minLength', 'minItems', 'minimum', 'exclusiveMinimum']

/** What a schema may be, one type each. */
function alternatives(schema: Schema, document: ApiDocument): Schema[] {
  const { $ref, anyOf, type } = schema
  const named = $ref === undefined ? undefined : document.components.schemas[$ref.split('/').at(-1) ?? '']
  if (named !== undefined) return alternatives(named, document)
  if (anyOf !== undefined) return anyOf.flatMap((one) => alternatives(one, document))
  return [type ?? []].flat().length < 2
    ? [schema]
    : [type ?? []].flat().map((one) => ({ ...schema, type: one }))
}

/**
 * Where whoever listens would not understand what is said: in a request a client of before speaks to us, in an answer we to it.
 * Patterns and formats are not compared.
 */
export function brokenSchema(
  versions: Versions,
  before: Schema,
  now: Schema,
  place: string,
  within: readonly string[] = [],
): string[] {
  const isRequest = versions.way === 'request'
  const names = `${before.$ref} ${now.$ref}`
  // A schema that holds itself is looked at once.
  if (before.$ref !== undefined && within.includes(names)) return []
  const olds = alternatives(before, versions.before)
  const news = alternatives(now, versions.now)
  return (isRequest ? olds : news).flatMap((said) => {
    const complaints = (isRequest ? news : olds).map((heard) =>
      brokenAlternative(versions, isRequest ? said : heard, isRequest ? heard : said, place, [
        ...within,
        names,
      ]),
    )
    return complaints.toSorted((one, other) => one.length - other.length)[0] ?? []
  })
}

type Compared = [versions: Versions, before: Schema, now: Schema, place: string, within: readonly string[]]

function brokenAlternative(...compared: Compared): string[] {
  const [{ way }, before, now, place] = compared
  if (before.type !== now.type) return [`${place} is ${String(now.type)}, no longer ${String(before.type)}`]
  const narrower = way === 'request' ? narrowed(before, now) : []
  return [...narrower.map((what) => `${place} ${what}`), ...brokenMembers(...compared)]
}

function narrowed(before: Schema, now: Schema): string[] {
  const [known, taken] = [valuesOf(before) ?? ['anything'], valuesOf(now)]
  const gone = taken === undefined ? [] : known.filter((value) => !taken.includes(value))
  const bounds = [
    ...UPPER.filter((bound) => (now[bound] ?? Infinity) < (before[bound] ?? Infinity)),
    ...LOWER.filter((bound) => (now[bound] ?? -Infinity) > (before[bound] ?? -Infinity)),
  ]
  const isOther = now.oneOf !== undefined && JSON.stringify(now.oneOf) !== JSON.stringify(before.oneOf)
  return [
    ...gone.map((value) => `may no longer be ${String(value)}`),
    ...bounds.map((bound) => `has ${bound} ${now[bound]}`),
    ...(isOther ? ['is asked for other things together'] : []),
  ]
}

const valuesOf = (schema: Schema): unknown[] | undefined => ('const' in schema ? [schema.const] : schema.enum)

function brokenMembers(...[versions, before, now, place, within]: Compared): string[] {
  const isRequest = versions.way === 'request'
  const [needed = [], given = []] = isRequest
    ? [now.required, before.required]
    : [before.required, now.required]
  const missing = needed.filter((name) => !given.includes(name))
  const inner = (old: Schema, young: Schema | undefined, at: string) =>
    young === undefined ? [`${at} is gone`] : brokenSchema(versions, old, young, at, within)
  return [
    ...missing.map((name) => `${place}/${name} ${isRequest ? 'must be sent' : 'may be missing'}`),
    ...Object.entries(before.properties ?? {}).flatMap(([name, schema]) =>
      inner(schema, now.properties?.[name], `${place}/${name}`),
    ),
    ...(before.items === undefined ? [] : inner(before.items, now.items, `${place}/*`)),
    ...(typeof before.additionalProperties === 'object' && now.additionalProperties !== true
      ? inner(before.additionalProperties, now.additionalProperties || undefined, `${place}/*`)
      : []),
  ]
}
