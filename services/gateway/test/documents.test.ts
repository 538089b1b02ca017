import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { ENDPOINTS } from '@kitroom/contracts'
import { FAILURES } from '@kitroom/errors'
import { STATUS_OF } from '@kitroom/http'

import { type Answer, ask } from './client.ts'
import { type RunningGateway, runningGateway } from './running-gateway.ts'

const ROOT = join(import.meta.dirname, '..', '..', '..')
const CODES = [
  ...Object.entries(FAILURES).map(([code, { kind, title }]) => [code, STATUS_OF[kind], title] as const),
  ['internal', 500, 'Something went wrong on our side'] as const,
]

let gateway: RunningGateway

beforeAll(async () => {
  gateway = await runningGateway()
})
afterAll(() => gateway[Symbol.asyncDispose]())

const get = (path: string, accept?: string) =>
  ask(gateway.port, { path, headers: accept === undefined ? {} : { accept } })

interface Operation {
  operationId: string
  security: object[]
  parameters: { name: string; in: string; required: boolean; schema: object }[]
  requestBody?: { content: object }
  responses: Record<string, { description: string; content?: Record<string, { schema: object }> }>
}
interface ApiDocument {
  openapi: string
  info: object
  paths: Record<string, Record<string, Operation>>
  components: {
    schemas: Record<string, object>
    headers: Record<string, object>
    securitySchemes: object
  }
}

const operationsOf = ({ paths }: ApiDocument) =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  )

function referencesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) =>
    key === '$ref' && typeof inner === 'string' ? [inner] : referencesIn(inner),
  )
}

describe('the OpenAPI document', () => {
  let document: ApiDocument
  beforeAll(async () => {
    const answer = await get('/openapi.json')
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8')
    document = JSON.parse(answer.text)
  })

  it('is OpenAPI 3.1 and has every endpoint of every service once, by its name', () => {
    expect(document.openapi).toMatch(/^3\.1\./)
    const described = operationsOf(document).map(
      ({ path, method, operation }) => `${method.toUpperCase()} ${path} ${operation.operationId}`,
    )
    expect(described.toSorted()).toEqual(
      ENDPOINTS.map(({ method, path, name }) => `${method} ${path} ${name}`).toSorted(),
    )
  })

  it('has no reference to nowhere', () => {
    const places = (['schemas', 'headers'] as const).flatMap((kind) =>
      Object.keys(document.components[kind]).map((name) => `#/components/${kind}/${name}`),
    )
    const references = referencesIn(document)
    expect(references.length).toBeGreaterThan(100)
    expect(references.filter((reference) => !places.includes(reference))).toEqual([])
  })

  it('says of each operation what it needs and how it refuses', () => {
    for (const { path, operation } of operationsOf(document)) {
      const endpoint = ENDPOINTS.find(({ name }) => name === operation.operationId)
      expect(operation.security).toEqual(endpoint?.access === 'public' ? [] : [{ bearer: [] }])
      const inPath = operation.parameters.filter((parameter) => parameter.in === 'path')
      expect(inPath.map(({ name, required }) => `${name} ${required}`)).toEqual(
        [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => `${name} true`),
      )
      const needsOrg = !['public', 'session'].includes(endpoint?.access ?? '')
      expect(operation.parameters.some(({ name }) => name === 'X-Org-Id')).toBe(needsOrg)
      for (const [status, response] of Object.entries(operation.responses)) {
        expect(response.description).not.toBe('')
        if (Number(status) < 400) continue
        expect(Object.keys(response.content ?? {})).toEqual(['application/problem+json'])
      }
      expect(Object.keys(operation.responses).some((status) => status.startsWith('2'))).toBe(true)
    }
  })

  it('is the one kept in docs/openapi.json; `pnpm openapi` brings that up to date', async () => {
    const kept: unknown = JSON.parse(await readFile(join(ROOT, 'docs', 'openapi.json'), 'utf8'))
    expect(document).toEqual(kept)
  })
})

describe('the documentation page', () => {
  const policyOf = ({ headers }: Answer) =>
    new Map(
      headers['content-security-policy']
        ?.toString()
        .split(';')
        .map((directive) => directive.trim().split(' '))
        .map(([name, ...sources]) => [name, sources] as const),
    )

  it('loads only files of ours, which are there with their types', async () => {
    const page = await get('/docs', 'text/html')
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8')
    const loaded = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, target]) => target ?? '')
    expect(loaded).toContain('/openapi.json')
    for (const target of loaded) {
      expect(target).toMatch(/^\//)
      const file = await get(target)
      expect(file.status).toBe(200)
      expect(file.text.length).toBeGreaterThan(100)
      const type = target.endsWith('.js') ? /javascript/ : target.endsWith('.css') ? /css/ : /json|png/
      expect(file.headers['content-type']).toMatch(type)
    }
  })

  it('has no inline script or style, so its policy can forbid them', async () => {
    const page = await get('/docs')
    expect(page.text).not.toMatch(/<style|\son\w+=|style=|<script>|javascript:/i)
    const policy = policyOf(page)
    expect(policy.get('default-src')).toEqual(["'none'"])
    for (const directive of ['script-src', 'style-src', 'connect-src']) {
      expect(policy.get(directive)).toEqual(["'self'"])
    }
    expect(policy.get('frame-ancestors')).toEqual(["'none'"])
  })

  it('is started by a file that fetches our document and nothing else', async () => {
    const { text } = await get('/docs/assets/docs.js')
    expect(text).toContain("url: '/openapi.json'")
    expect(text).toContain('validatorUrl: null')
  })

  it.each(['/docs/assets/package.json', '/docs/assets/..%2f..%2fpackage.json', '/docs/', '/docs/assets/'])(
    'gives out nothing else: %s',
    async (path) => {
      expect((await get(path)).body).toMatchObject({ status: 404, code: 'not-found' })
    },
  )
})

describe('the problem pages', () => {
  it.each(CODES)('explain %s', async (code, status, title) => {
    const page = await get(`/problems/${code}`, 'text/html,application/xhtml+xml,*/*;q=0.8')
    expect(page.status).toBe(200)
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8')
    expect(page.text).toContain(`<h1>${title}</h1>`)
    const { body, headers } = await get(`/problems/${code}`, 'application/json')
    expect(headers.vary).toMatch(/\bAccept\b/)
    expect(body).toEqual({
      type: `/problems/${code}`,
      code,
      status,
      title,
      help: expect.stringMatching(/\.$/),
    })
  })

  it.each(['nothing', '__proto__', 'constructor', 'Internal', '%69nternal', '<script>'])(
    'know nothing of %s',
    async (code) => {
      expect((await get(`/problems/${code}`)).body).toMatchObject({ status: 404, code: 'not-found' })
    },
  )

  it('answer a broken encoding with a problem, not with a page of Express', async () => {
    const answer = await get('/problems/%E0%A4%A')
    expect(answer.body).toMatchObject({ status: 400, code: 'validation-failed' })
  })
})

describe('what the gateway answers itself', () => {
  it.each(['/health', '/health/live', '/health/ready', '/openapi.json', '/docs', '/problems/not-found'])(
    'knows no parameter, and ignores none: %s',
    async (path) => {
      expect((await get(`${path}?x=1`)).body).toMatchObject({
        status: 400,
        code: 'validation-failed',
        errors: [{ parameter: 'x' }],
      })
    },
  )
})
