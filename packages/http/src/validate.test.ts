import { describe, expect, it } from '@jest/globals'
import {
  BookingWish,
  createBooking,
  listResources,
  NewResource,
  OrganizationChange,
  register,
  Registration,
} from '@kitroom/contracts'
import { Failure, type FieldError } from '@kitroom/errors'
import { z } from 'zod'

import { type Source, validated } from './validate.ts'

function objections(source: Source, schema: z.ZodType, input: unknown): FieldError[] {
  try {
    validated(source, schema, input)
  } catch (error) {
    if (error instanceof Failure && error.code === 'validation-failed') return error.errors ?? []
    throw error
  }
  return []
}

const REQUIRED = 'This is required.'

describe('an input that fits its schema', () => {
  it('is what the schema makes of it', () => {
    expect(validated('query', listResources.query, { tag: 'a', limit: '5' })).toEqual({
      tag: ['a'],
      limit: 5,
      sort: [{ field: 'name', descending: false }],
    })
  })
})

describe('an objection to a body', () => {
  it('points at each wrong place', () => {
    const body = {
      type: ' ',
      name: 'Lamp',
      tags: ['a', 'a'],
      units: [{ barcode: 'x' }, { barcode: 7, condition: 'good' }],
    }
    const places = objections('body', NewResource, body).map(({ pointer }) => pointer)
    expect(places).toEqual(['/type', '/tags/1', '/units/1/barcode', '/units/1/condition'])
  })

  it('points at the whole with the empty pointer', () => {
    for (const body of [null, [], 'text', 7, true]) {
      expect(objections('body', NewResource, body)).toMatchObject([{ pointer: '' }])
    }
    expect(objections('body', OrganizationChange, {})).toEqual([
      { pointer: '', detail: 'Name at least one field to change.' },
    ])
  })

  it('names each unknown field where it stands, escaped as RFC 6901 says', () => {
    const body = { policy: { fine: { 'a/b~c': 1, amount_cents: 5 }, 'x y': 2 }, version: 3 }
    expect(objections('body', OrganizationChange, body)).toEqual([
      { pointer: '/policy/fine/a~1b~0c', detail: 'This field is not known here.' },
      { pointer: '/policy/x y', detail: 'This field is not known here.' },
      { pointer: '/version', detail: 'This field is not known here.' },
    ])
  })

  it('does not take a prototype for a field', () => {
    const body: unknown = JSON.parse('{"name":"n","__proto__":{"polluted":1},"constructor":1}')
    const unknown = objections('body', z.strictObject({ name: z.string() }), body)
    expect(unknown.map(({ pointer }) => pointer).toSorted()).toEqual(['/__proto__', '/constructor'])
    expect(({} as { polluted?: number }).polluted).toBeUndefined()
  })
})

describe('an objection to what is missing', () => {
  it('says that it is required, of every sort of field', () => {
    const schema = z.strictObject({
      text: z.string(),
      number: z.number(),
      choice: z.enum(['a', 'b']),
      constant: z.literal('x'),
      list: z.array(z.string()),
      either: z.union([z.string(), z.number()]),
      tagged: z.discriminatedUnion('kind', [
        z.object({ kind: z.literal('a') }),
        z.object({ kind: z.literal('b') }),
      ]),
      told: z.string('Write it as text.'),
      piped: z.string().transform((value) => value.length),
      inner: z.strictObject({ deep: z.email('Write an address.') }),
    })
    expect(objections('body', schema, { inner: {} })).toEqual(
      [
        '/text',
        '/number',
        '/choice',
        '/constant',
        '/list',
        '/either',
        '/tagged',
        '/told',
        '/piped',
        '/inner/deep',
      ].map((pointer) => ({ pointer, detail: REQUIRED })),
    )
  })

  it('says so of members of objects in lists, and of unions', () => {
    const schema = z.array(
      z.union([z.strictObject({ a: z.string(), b: z.string() }), z.strictObject({ c: z.string() })]),
    )
    expect(objections('body', schema, [{ c: 'x' }, { a: 'x' }])).toEqual([
      { pointer: '/1/b', detail: REQUIRED },
    ])
    expect(objections('body', schema, [{}])).toEqual([{ pointer: '/0/c', detail: REQUIRED }])
  })

  it('says so of the fields of a booking, a registration and a query', () => {
    expect(objections('body', BookingWish, {})).toEqual(
      ['/start_at', '/end_at', '/items'].map((pointer) => ({ pointer, detail: REQUIRED })),
    )
    const registration = { organization: { name: 'Arts' }, password: 'correct horse' }
    expect(objections('body', Registration, registration)).toEqual(
      ['/email', '/full_name', '/organization/timezone'].map((pointer) => ({ pointer, detail: REQUIRED })),
    )
    const query = z.strictObject({ from: z.string() })
    expect(objections('query', query, {})).toEqual([{ parameter: 'from', detail: REQUIRED }])
  })

  it('keeps the advice for what is there and wrong', () => {
    expect(objections('body', z.strictObject({ a: z.string('Write it as text.') }), { a: null })).toEqual([
      { pointer: '/a', detail: 'Write it as text.' },
    ])
    expect(objections('body', createBooking.body, { items: [{}] })).toContainEqual({
      pointer: '/items/0/resource_unit_id',
      detail: 'Send either `resource_unit_id` or `resource_id`.',
    })
  })
})

describe('an objection to a parameter or header', () => {
  it('names the parameter, also when its values are a list', () => {
    expect(objections('query', listResources.query, { tag: ['a', ' '], limit: '0', nonsense: '1' })).toEqual([
      { parameter: 'tag', detail: 'Write at least one character that is not white space.' },
      { parameter: 'limit', detail: 'Write a whole number between 1 and 100.' },
      { parameter: 'nonsense', detail: 'This field is not known here.' },
    ])
  })

  it('names the header', () => {
    expect(objections('header', register.headers, { 'x-bootstrap-token': ['a', 'b'] })).toMatchObject([
      { header: 'x-bootstrap-token' },
    ])
  })
})
