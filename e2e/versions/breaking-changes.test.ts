import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

import { describe, expect, it } from '@jest/globals'
import { scaled } from '@kitroom/testing'

import type { ApiDocument, Operation, Schema } from './api-document.ts'
import { breakingChanges } from './breaking-changes.ts'
import { fileBefore } from './version-before.ts'

const DOCUMENT = 'docs/openapi.json'
const read = async (): Promise<ApiDocument> =>
  JSON.parse(await readFile(join(import.meta.dirname, '../..', DOCUMENT), 'utf8')) as ApiDocument

describe('the OpenAPI document (API-7)', () => {
  it('breaks no client of the version before', async () => {
    const text = await fileBefore(DOCUMENT).catch((error: unknown) => {
      // A clone need not have the version before; the full run insists on it.
      if (scaled(false, true)) throw error
      console.warn(String(error))
    })
    if (text === undefined) return
    expect(breakingChanges(JSON.parse(text) as ApiDocument, await read())).toEqual([])
  })

  it('breaks nobody by being as it was', async () => {
    const document = await read()
    expect(breakingChanges(document, document)).toEqual([])
  })
})

/** Something that is sent both ways, by an operation that takes and gives it. */
const sending = (schema: Schema, more: Partial<Operation> = {}): ApiDocument => {
  const content = { 'application/json': { schema } }
  const operation = { security: [], requestBody: { content }, responses: { 200: { content } }, ...more }
  return { paths: { '/things': { post: operation } }, components: { schemas: {} } }
}
const thing = (properties: Record<string, Schema>, required: string[] = []): Schema => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
})
const text: Schema = { type: 'string' }
const changed = (before: Schema, now: Schema) =>
  breakingChanges(sending(before), sending(now)).map((what) => what.replace('POST /things ', ''))

describe('a change of what is sent', () => {
  it.each<[string, Schema, Schema, string[]]>([
    ['a new member', thing({}), thing({ a: text }), []],
    ['a new member that must be sent', thing({}), thing({ a: text }, ['a']), ['body/a must be sent']],
    ['a member less', thing({ a: text }), thing({}), ['body/a is gone', '200/a is gone']],
    ['a member that may be missing', thing({ a: text }, ['a']), thing({ a: text }), ['200/a may be missing']],
    ['a word more', { ...text, enum: ['A'] }, { ...text, enum: ['A', 'B'] }, []],
    ['a word less', { ...text, enum: ['A', 'B'] }, { ...text, const: 'A' }, ['body may no longer be B']],
    ['words instead of any text', text, { ...text, enum: ['A'] }, ['body may no longer be anything']],
    [
      'another type',
      { items: text, type: 'array' },
      { items: { type: 'integer' }, type: 'array' },
      ['body/* is integer, no longer string', '200/* is integer, no longer string'],
    ],
    ['null as well', text, { type: ['string', 'null'] }, ['200 is null, no longer string']],
    ['no longer null', { anyOf: [text, { type: 'null' }] }, text, ['body is string, no longer null']],
    ['a lower limit', { ...text, maxLength: 9 }, { ...text, maxLength: 8 }, ['body has maxLength 8']],
    ['a limit where none was', text, { ...text, minLength: 1 }, ['body has minLength 1']],
    ['a higher limit', { ...text, maxLength: 8 }, { ...text, maxLength: 9 }, []],
    [
      'members that go together',
      thing({ a: text }),
      { ...thing({ a: text }), oneOf: [{ required: ['a'] }] },
      ['body is asked for other things together'],
    ],
    [
      'another type for members of any name',
      { type: 'object', additionalProperties: text },
      { type: 'object', additionalProperties: false },
      ['body/* is gone', '200/* is gone'],
    ],
  ])('%s', (_, before, now, broken) => {
    expect(changed(before, now)).toEqual(broken)
  })

  it('is found behind names, and a thing that holds itself is no trap', () => {
    const named = (leaf: Schema): ApiDocument => ({
      ...sending({ $ref: '#/components/schemas/Tree' }),
      components: {
        schemas: {
          Tree: thing({ leaf, trees: { type: 'array', items: { $ref: '#/components/schemas/Tree' } } }),
        },
      },
    })
    expect(breakingChanges(named(text), named({ type: 'integer' }))).toEqual([
      'POST /things body/leaf is integer, no longer string',
      'POST /things 200/leaf is integer, no longer string',
    ])
  })
})

describe('a change of an operation', () => {
  const parameter = { name: 'q', in: 'query', schema: text }
  const content = { 'text/csv': { schema: text } }

  it.each<[string, Partial<Operation>, Partial<Operation>, string[]]>([
    ['a parameter more', {}, { parameters: [parameter] }, []],
    [
      'a parameter that must be sent',
      { parameters: [parameter] },
      { parameters: [{ ...parameter, required: true }] },
      ['query q must be sent'],
    ],
    ['a parameter less', { parameters: [parameter] }, {}, ['query q is gone']],
    ['a status less', {}, { responses: {} }, ['200 is gone']],
    [
      'a header less',
      { responses: { 200: { headers: { ETag: {} }, content } } },
      { responses: { 200: { content } } },
      ['200 has no ETag'],
    ],
    ['another media type', {}, { requestBody: { content } }, ['body is no longer application/json']],
    [
      'a body that must be sent',
      { requestBody: { content } },
      { requestBody: { content, required: true } },
      ['body must be sent'],
    ],
    ['a token where none was needed', {}, { security: [{}] }, ['needs a token']],
    ['a stronger role', { 'x-role': 'student' }, { 'x-role': 'staff' }, ['is for staff']],
  ])('%s', (_, before, now, broken) => {
    const changes = breakingChanges(sending(text, before), sending(text, now))
    expect(changes).toEqual(broken.map((what) => `POST /things ${what}`))
  })

  it('is seen when there is no such operation any more', () => {
    expect(breakingChanges(sending(text), { ...sending(text), paths: {} })).toEqual(['POST /things is gone'])
  })
})
