import { describe, expect, it } from '@jest/globals'
import {
  changeResource,
  createTag,
  deleteTag,
  endpoint,
  importResources,
  listTags,
  Problem,
  signIn,
  Tag,
} from '@kitroom/contracts'
import { z } from 'zod'

import { openApi } from './open-api.ts'

const info = { title: 'Tags', version: '1', description: 'Some of it.' }
interface Operation {
  security: unknown
  parameters: { name: string; in: string; required: boolean; schema: object }[]
  requestBody?: { required: boolean; content: Record<string, { schema: object }> }
  responses: Record<
    string,
    { description: string; headers: object; content?: Record<string, { schema: object }> }
  >
}
interface Document {
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, { properties: object; additionalProperties?: boolean }> }
}
const documentOf = (...endpoints: Parameters<typeof openApi>[0][]) =>
  openApi(endpoints.flat(), Problem, info) as unknown as Document

const document = documentOf([createTag, listTags, deleteTag, changeResource, importResources, signIn])
const operation = (method: string, path: string) => {
  const found = document.paths[path]?.[method]
  if (found === undefined) throw new Error(`${method} ${path} is not in the document`)
  return found
}
const namesOf = (method: string, path: string) =>
  operation(method, path).parameters.map(
    ({ in: place, name, required }) => `${place} ${name}${required ? '!' : ''}`,
  )

describe('an OpenAPI document', () => {
  it('is of version 3.1 and has one operation per endpoint, under its path', () => {
    expect(document).toMatchObject({ openapi: '3.1.0', info })
    expect(Object.entries(document.paths).map(([path, methods]) => [path, Object.keys(methods)])).toEqual([
      ['/tags', ['post', 'get']],
      ['/tags/{id}', ['delete']],
      ['/resources/{id}', ['patch']],
      ['/imports/resources', ['post']],
      ['/auth/login', ['post']],
    ])
  })

  it('says who may call', () => {
    expect(operation('post', '/tags')).toMatchObject({ 'x-role': 'staff', security: [{ bearer: [] }] })
    expect(operation('post', '/auth/login').security).toEqual([])
    expect(operation('post', '/auth/login')).not.toHaveProperty('x-role')
  })

  it('has the parameters of the schemas and the headers of the protocol', () => {
    expect(namesOf('get', '/tags')).toEqual([
      'query q',
      'query limit',
      'query page',
      'query cursor',
      'query sort',
      'header X-Org-Id!',
    ])
    expect(namesOf('post', '/tags')).toEqual(['header X-Org-Id!', 'header Idempotency-Key'])
    expect(namesOf('patch', '/resources/{id}')).toEqual(['path id!', 'header X-Org-Id!', 'header If-Match!'])
    expect(namesOf('delete', '/tags/{id}')).toEqual(['path id!', 'header X-Org-Id!', 'header If-Match'])
    expect(namesOf('post', '/auth/login')).toEqual([])
    const [, limit] = operation('get', '/tags').parameters
    expect(limit?.schema).toEqual({ type: 'integer', minimum: 1, maximum: 100 })
  })

  it('has the bodies, strict on the way in and open on the way out', () => {
    expect(operation('post', '/tags').requestBody).toMatchObject({
      required: true,
      content: { 'application/json': { schema: { additionalProperties: false, required: ['name'] } } },
    })
    expect(operation('post', '/imports/resources').requestBody).toEqual({
      required: true,
      content: { 'text/csv': { schema: { type: 'string' } } },
    })
    expect(operation('post', '/tags').responses['201']?.content).toEqual({
      'application/json': { schema: { $ref: '#/components/schemas/Tag' } },
    })
    expect(operation('delete', '/tags/{id}').responses['204']).not.toHaveProperty('content')
    expect(document.components.schemas['Tag']).not.toHaveProperty('additionalProperties')
  })

  it('has the CSV file that a list can be had as, beside the JSON', () => {
    const alsoCsv = { file: 'tags.csv', entry: Tag, columns: ['id', 'name'] }
    const { paths } = documentOf([endpoint({ ...listTags, alsoCsv })])
    const content = paths['/tags']?.['get']?.responses['200']?.content ?? {}
    expect(Object.keys(content)).toEqual(['application/json', 'text/csv'])
    expect(content['text/csv']?.schema).toEqual({
      type: 'string',
      description: 'All entries, in the order of `sort`; the columns are id, name.',
    })
  })

  it('has every refusal with its codes, as a problem', () => {
    const { responses } = operation('patch', '/resources/{id}')
    expect(Object.keys(responses).toSorted()).toEqual([
      '200',
      '400',
      '401',
      '403',
      '404',
      '412',
      '413',
      '415',
      '428',
      '429',
      '503',
    ])
    expect(responses['403']?.description).toMatch(/`not-a-member`.*`forbidden`/)
    expect(responses['428']?.content).toEqual({
      'application/problem+json': {
        schema: {
          $ref: '#/components/schemas/Problem',
          properties: { code: { enum: ['if-match-required'] } },
        },
      },
    })
    expect(operation('post', '/tags').responses).toHaveProperty(['422'])
    expect(operation('post', '/auth/login').responses).not.toHaveProperty(['422'])
  })

  it('says which headers come with an answer', () => {
    const headersOf = (method: string, path: string, status: string) =>
      Object.keys(operation(method, path).responses[status]?.headers ?? {})
    const standing = ['RateLimit-Limit', 'RateLimit-Remaining', 'RateLimit-Reset']
    expect(headersOf('post', '/tags', '201')).toEqual(['X-Request-Id', ...standing, 'Location', 'ETag'])
    expect(headersOf('delete', '/tags/{id}', '204')).toEqual(['X-Request-Id', ...standing])
    expect(headersOf('post', '/tags', '401')).toEqual(['X-Request-Id', 'WWW-Authenticate'])
    expect(headersOf('post', '/tags', '429')).toEqual(['X-Request-Id', 'Retry-After', ...standing])
    expect(headersOf('post', '/tags', '503')).toEqual(['X-Request-Id', 'Retry-After'])
  })

  it('has 304 where there is a version to have already', () => {
    const { paths } = documentOf([endpoint({ ...listTags, path: '/tag', replies: { 200: Tag } }), listTags])
    expect(paths['/tag']?.['get']?.responses).toHaveProperty(['304'])
    expect(paths['/tags']?.['get']?.responses).not.toHaveProperty(['304'])
  })

  it('refers only to schemas it has', () => {
    const text = JSON.stringify(document)
    const references = [...text.matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name)
    expect(references).toContain('ResourceStatus')
    for (const name of references) expect(document.components.schemas).toHaveProperty([name ?? ''])
    expect(text).not.toContain('$defs')
  })

  it('keeps a property that is called id', () => {
    expect(document.components.schemas['Tag']?.properties).toHaveProperty(['id'])
  })

  it('gives the input a name of its own where it differs from what comes out', () => {
    const Thing = z.object({ size: z.int().default(1) }).meta({ id: 'Thing' })
    const both = documentOf([endpoint({ ...createTag, body: Thing, replies: { 201: Thing } })])
    expect(both.components.schemas).toMatchObject({
      Thing: { required: ['size'] },
      ThingInput: { properties: { size: { default: 1 } } },
    })
    expect(both.components.schemas['ThingInput']).not.toHaveProperty('required')
  })
})
