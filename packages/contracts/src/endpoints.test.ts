import { describe, expect, it } from '@jest/globals'
import { z } from 'zod'

import type { Endpoint } from './endpoint.ts'
import { ENDPOINTS } from './endpoints.ts'

const byName = ENDPOINTS.map((endpoint): [string, Endpoint] => [endpoint.name, endpoint])
const of = (method: string) => byName.filter(([, endpoint]) => endpoint.method === method)
const repeated = (values: string[]) => values.filter((value, index) => values.indexOf(value) !== index)

const jsonSchemaOf = (schema: z.ZodType, io: 'input' | 'output') =>
  z.toJSONSchema(schema, { io, target: 'draft-2020-12', unrepresentable: 'any' })

/** Whether a path through a schema ends at a single value, or a list of them. */
function leaf(schema: z.core.$ZodType | undefined, path: readonly string[]): boolean {
  if (schema instanceof z.ZodNullable) return leaf(schema.unwrap(), path)
  if (schema instanceof z.ZodArray) return leaf(schema.element, path)
  const [name, ...rest] = path
  if (name === undefined) return schema !== undefined && !(schema instanceof z.ZodObject)
  return schema instanceof z.ZodObject && leaf(schema.shape[name] as z.ZodType | undefined, rest)
}

describe('the REST contract', () => {
  it('has the operations of the main job', () => {
    const rows = ENDPOINTS.map(
      ({ service, method, path, access }) => `${service}: ${method} ${path} (${access})`,
    )
    expect(rows.sort()).toEqual(MAIN_JOB.trim().split('\n'))
  })

  it('has no name, and no method of a path, twice', () => {
    expect(repeated(ENDPOINTS.map(({ name }) => name))).toEqual([])
    expect(
      repeated(ENDPOINTS.map(({ method, path }) => `${method} ${path.replace(/\{\w+\}/g, '{}')}`)),
    ).toEqual([])
  })

  it('lists a fixed path before the one that would swallow it', () => {
    const paths = ENDPOINTS.map(({ path }) => path)
    expect(paths.indexOf('/audit/verify')).toBeLessThan(paths.indexOf('/audit/{id}'))
    expect(paths.indexOf('/fines/payments')).toBeLessThan(paths.indexOf('/fines/{id}'))
    expect(paths.indexOf('/fines/payments/{id}')).toBeLessThan(paths.indexOf('/fines/{id}/waive'))
  })

  it.each(byName)('%s declares exactly the parameters of its path', (_, { path, params }) => {
    const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
    expect(Object.keys(params?.shape ?? {})).toEqual(named)
  })

  it.each(byName)('%s refuses unknown parameters', (_, { params, query }) => {
    for (const schema of [params, query]) {
      if (!schema) continue
      const issues = schema.safeParse({ unheard_of: '1' }).error?.issues ?? []
      expect(issues).toContainEqual(expect.objectContaining({ code: 'unrecognized_keys' }))
    }
  })

  it.each(of('PATCH'))(
    '%s needs If-Match, unless the object has no version in the contract, and a change',
    (_, { name, ifMatch, body }) => {
      expect(ifMatch).toBe(name === 'changeTag' ? 'honoured' : 'required')
      expect(body?.safeParse({}).success).toBe(false)
    },
  )

  it.each(of('DELETE'))('%s honours If-Match and answers nothing', (_, { ifMatch, replies }) => {
    expect(ifMatch).toBe('honoured')
    expect(replies).toEqual({ 204: null })
  })

  it.each(of('POST'))('%s says what an idempotency key does', (_, { idempotency }) => {
    expect(idempotency).toBeDefined()
  })

  it('requires an idempotency key where a repetition would hurt', () => {
    const required = ENDPOINTS.filter(({ idempotency }) => idempotency === 'required')
    expect(required.map(({ name }) => name)).toEqual(['createBooking', 'lendWalkIn', 'payFines'])
  })

  it.each(of('GET'))('%s has no body and no preconditions to require', (_, endpoint) => {
    expect(endpoint.body).toBeUndefined()
    expect(endpoint.ifMatch).toBeUndefined()
    expect(endpoint.idempotency).toBeUndefined()
  })

  it.each(byName.filter(([, { alsoCsv }]) => alsoCsv))(
    '%s is a list whose CSV has columns that its entries have, each once',
    (
      _,
      { method, replies, alsoCsv: { file, entry, columns } = { file: '', entry: z.never(), columns: [] } },
    ) => {
      const sample = JSON.stringify(jsonSchemaOf(z.object({ data: z.array(entry) }), 'output'))
      expect(method).toBe('GET')
      expect(
        JSON.stringify(
          replies[200] instanceof z.ZodObject && jsonSchemaOf(replies[200].pick({ data: true }), 'output'),
        ),
      ).toBe(sample)
      expect(file).toMatch(/^[a-z-]+\.csv$/)
      expect(repeated([...columns])).toEqual([])
      for (const column of columns) expect([column, leaf(entry, column.split('.'))]).toEqual([column, true])
    },
  )

  it.each(byName.filter(([, { body }]) => body))('%s refuses unknown fields of its body', (_, { body }) => {
    const issues = body?.safeParse({ unheard_of: 1 }).error?.issues ?? []
    expect(issues).toContainEqual(expect.objectContaining({ code: 'unrecognized_keys' }))
  })

  it.each(byName.filter(([, { bodyOptional }]) => bodyOptional))(
    '%s accepts an empty body',
    (_, { body }) => {
      expect(body?.safeParse({}).success).toBe(true)
    },
  )

  it.each(byName)('%s can be described to clients', (_, { body, params, query, headers, replies }) => {
    const inputs = [body, params, query, headers].filter((schema) => schema !== undefined)
    const outputs = Object.values(replies).filter((schema) => schema !== null)
    const described = [
      ...inputs.map((schema) => jsonSchemaOf(schema, 'input')),
      ...outputs.map((schema) => jsonSchemaOf(schema, 'output')),
    ]
    for (const schema of described) {
      expect(Object.keys(schema)).toContainEqual(expect.stringMatching(/^(type|\$ref|anyOf)$/))
      // `{}` says nothing about a value; only an object without fields, open by intent, or empty by default may have it.
      const told = JSON.stringify(schema).replace(/"(properties|additionalProperties|default)":\{\}/g, '')
      expect(told).not.toMatch(/[:,[]\{\}/)
    }
  })
})

/** Which service, which operation, for whom; what is for students is often for the requester alone, which the use case judges. */
const MAIN_JOB = `
audit: GET /audit (staff)
audit: GET /audit/verify (admin)
audit: GET /audit/{id} (staff)
auth: GET /.well-known/jwks.json (public)
auth: GET /auth/me (session)
auth: GET /organizations/current (student)
auth: GET /users (staff)
auth: GET /users/{id} (staff)
auth: PATCH /organizations/current (admin)
auth: PATCH /users/{id} (admin)
auth: POST /auth/login (public)
auth: POST /auth/logout (session)
auth: POST /auth/refresh (public)
auth: POST /auth/register (public)
booking: DELETE /bookings/{id}/items/{item_id} (staff)
booking: GET /availability (student)
booking: GET /bookings (student)
booking: GET /bookings/{id} (student)
booking: GET /bookings/{id}/messages (student)
booking: GET /bookings/{id}/messages/{message_id} (student)
booking: GET /borrowers/{id}/standing (student)
booking: GET /fines (student)
booking: GET /fines/payments/{id} (student)
booking: GET /fines/{id} (student)
booking: GET /reports/demand (staff)
booking: GET /reports/no-shows (staff)
booking: GET /reports/overdue (staff)
booking: GET /reports/utilization (staff)
booking: GET /resources/{id}/availability (student)
booking: GET /waitlist (student)
booking: GET /waitlist/{id} (student)
booking: PATCH /bookings/{id} (student)
booking: POST /bookings (student)
booking: POST /bookings/walk-in (staff)
booking: POST /bookings/{id}/approve (staff)
booking: POST /bookings/{id}/cancel (student)
booking: POST /bookings/{id}/checkout (staff)
booking: POST /bookings/{id}/extend (student)
booking: POST /bookings/{id}/items (staff)
booking: POST /bookings/{id}/items/{item_id}/swap (staff)
booking: POST /bookings/{id}/messages (student)
booking: POST /bookings/{id}/reject (staff)
booking: POST /bookings/{id}/return (staff)
booking: POST /bookings/{id}/submit (student)
booking: POST /fines (staff)
booking: POST /fines/payments (student)
booking: POST /fines/{id}/waive (staff)
booking: POST /waitlist (student)
booking: POST /waitlist/{id}/accept (student)
booking: POST /waitlist/{id}/cancel (student)
booking: POST /waitlist/{id}/decline (student)
booking: POST /waitlist/{id}/expire (admin)
booking: POST /waitlist/{id}/offer (staff)
booking: POST /waitlist/{id}/reject (staff)
gateway: GET /docs (public)
gateway: GET /health (public)
gateway: GET /health/live (public)
gateway: GET /health/ready (public)
gateway: GET /openapi.json (public)
gateway: GET /problems/{code} (public)
inventory: DELETE /resources/{id} (staff)
inventory: DELETE /tags/{id} (staff)
inventory: DELETE /units/{id} (staff)
inventory: GET /resources (student)
inventory: GET /resources/{id} (student)
inventory: GET /resources/{id}/units (student)
inventory: GET /tags (student)
inventory: GET /tags/{id} (student)
inventory: GET /units (staff)
inventory: GET /units/{id} (student)
inventory: PATCH /resources/{id} (staff)
inventory: PATCH /tags/{id} (staff)
inventory: PATCH /units/{id} (staff)
inventory: POST /imports/resources (staff)
inventory: POST /resources (staff)
inventory: POST /resources/{id}/restore (staff)
inventory: POST /resources/{id}/units (staff)
inventory: POST /tags (staff)
inventory: POST /units/{id}/restore (staff)
`
