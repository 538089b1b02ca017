import { describe, expect, it } from '@jest/globals'

import { apiDocument } from './api-document.ts'

interface Schema {
  $ref?: string
  type?: string | string[]
  format?: string
  enum?: unknown[]
  anyOf?: Schema[]
  properties?: Record<string, Schema>
}

const document = apiDocument() as {
  paths: Record<string, object>
  components: { schemas: Record<string, Schema> }
}

const resolved = ({ $ref, ...schema }: Schema): Schema =>
  $ref === undefined ? schema : (document.components.schemas[$ref.split('/').at(-1) ?? ''] ?? {})

/** Every object in the document that may be a schema, wherever it stands. */
function* schemas(within: unknown): Generator<Schema> {
  if (typeof within !== 'object' || within === null) return
  if (!Array.isArray(within)) yield within
  for (const part of Object.values(within)) yield* schemas(part)
}
const properties = [...schemas(document)].flatMap(({ properties = {} }) => Object.entries(properties))
/** What a property may be, with null among them. */
const kindsOf = (schema: Schema) => {
  const whole = resolved(schema)
  return (whole.anyOf ?? [whole]).map(resolved).flatMap(({ type = [], format }) => {
    const types = Array.isArray(type) ? type : [type]
    return types.map((one) => (format === undefined ? one : `${one} ${format}`))
  })
}
const names = (found: [string, Schema][]) => [...new Set(found.map(([name]) => name))]

describe('the document of the API', () => {
  it('has paths in small letters with hyphens, without a slash at the end (API-1)', () => {
    const plain = /^(?:\/(?:\.?[a-z]+(?:-[a-z]+)*(?:\.json)?|\{[a-z]+(?:_[a-z]+)*\}))+$/
    expect(Object.keys(document.paths).filter((path) => !plain.test(path))).toEqual([])
    expect(Object.keys(document.paths).length).toBeGreaterThan(50)
  })

  it('has one way to write names, and no flag or list that may be null (API-2)', () => {
    expect(names(properties).filter((name) => !/^[a-z]+(?:_[a-z]+)*$/.test(name))).toEqual([])
    expect(properties.length).toBeGreaterThan(200)
    const nullable = properties.filter(([, schema]) => {
      const kinds = kindsOf(schema)
      return kinds.includes('null') && (kinds.includes('boolean') || kinds.includes('array'))
    })
    expect(names(nullable)).toEqual([])
  })

  it('has statuses, kinds and reasons in capitals: what an entry of an upper-case list has for company (API-2)', () => {
    const lists = [...schemas(document)].flatMap((schema) => (schema.enum === undefined ? [] : [schema.enum]))
    const mixed = lists.filter((list) => {
      const capitals = list.filter((one) => /^[A-Z]+(?:_[A-Z]+)*$/.test(String(one)))
      return capitals.length > 0 && capitals.length < list.length
    })
    expect(mixed).toEqual([])
    expect(lists.length).toBeGreaterThan(10)
  })

  it('has a name for each time that says so (API-3)', () => {
    const times = properties.filter(([, schema]) => kindsOf(schema).includes('string date-time'))
    const told = /_at$|^at$|^from$|^to$|^since$|(?:^|_)until$/
    expect(names(times).filter((name) => !told.test(name))).toEqual([])
    expect(names(times).length).toBeGreaterThan(10)
  })
})
