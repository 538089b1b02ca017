/** A place in a JSON value. */
export type Path = readonly (string | number)[]

/** RFC 6901. */
export const pointerTo = (path: Path): string => path.map((step) => `/${step}`).join('')

/** The places of all that is neither object nor list, with what is there. */
export function leavesOf(value: unknown, path: Path = []): { path: Path; leaf: unknown }[] {
  if (typeof value !== 'object' || value === null) return [{ path, leaf: value }]
  const steps = Array.isArray(value) ? [...value.keys()] : Object.keys(value)
  return steps.flatMap((step) => leavesOf((value as Record<string | number, unknown>)[step], [...path, step]))
}

/** The places of all objects in it, itself too. */
export function objectsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return []
  const inner = Object.entries(value).flatMap(([step, member]) =>
    objectsOf(member, [...path, Array.isArray(value) ? Number(step) : step]),
  )
  return Array.isArray(value) ? inner : [path, ...inner]
}

/** The JSON text of a value with something else at one place, which need not be what JSON.stringify could write. */
export function textWith(value: unknown, path: Path, json: string): string {
  const copy = { root: structuredClone(value) }
  let holder = copy as Record<string | number, unknown>
  let last: string | number = 'root'
  for (const step of path) {
    holder = holder[last] as Record<string | number, unknown>
    last = step
  }
  holder[last] = '@here@'
  return JSON.stringify(copy.root).replace('"@here@"', () => json)
}

/** The JSON text of a value with one member more in the object at one place. */
export function textWithMember(value: unknown, path: Path, name: string): string {
  const object = path.reduce((at, step) => (at as Record<string | number, unknown>)[step], value) as object
  return textWith(value, path, JSON.stringify({ ...object, [name]: 'x' }))
}

export const NOT_INTEGERS = [
  '1e400',
  '1.5',
  '-1',
  '-0',
  '2147483648',
  '9007199254740993',
  '"5"',
  '""',
  'true',
  '[1]',
  '{}',
  'null',
]

/** As members of a body; all of them text but the last few. */
export const NOT_INSTANTS = [
  '2026-03-01T09:00:00',
  '2026-03-01T09:00:00.000',
  '2026-03-01 09:00:00Z',
  '2026-02-30T09:00:00Z',
  '2026-13-01T09:00:00Z',
  '2026-03-01T24:00:00Z',
  '2026-03-01T23:59:60Z',
  '2026-03-01T09:60:00Z',
  '2026-03-01T09:00Z',
  '2026-03-01T09:00:00+14:01',
  '2026-03-01T09:00:00+0100',
  '2026-03-01',
  '0000-01-01T00:00:00Z',
  '0001-01-01T00:00:00Z',
  '10000-01-01T00:00:00Z',
  '+294277-01-01T00:00:00Z',
  '-infinity',
  'infinity',
  'now',
  'tomorrow',
  'epoch',
  '1772355600',
  '2026-W09-1T09:00:00Z',
  '２026-03-01T09:00:00Z',
  ' 2026-03-01T09:00:00Z',
]

export const NOT_UUIDS = [
  'x',
  '0',
  '-1',
  'null',
  'current',
  '01941f297c0070008000000000000000',
  '01941f29-7c00-7000-8000-00000000000',
  '01941f29-7c00-7000-8000-0000000000000',
  '01941f29-7c00-7000-8000-00000000000g',
  '{01941f29-7c00-7000-8000-000000000000}',
  'urn:uuid:01941f29-7c00-7000-8000-000000000000',
  "' or 1=1 --",
]

/** What a text cannot be, whatever it is for. */
export const NOT_TEXTS = [
  '"a\\u0000b"',
  '"\\ud800"',
  '"a\\udc00b"',
  '5',
  'true',
  '[]',
  '{}',
  `"${'x'.repeat(10_000)}"`,
  // What makes a careless pattern try every way of dividing it.
  `"${'a'.repeat(50_000)}!"`,
  `"${' '.repeat(50_000)}"`,
  '""',
  '" \\t"',
]
