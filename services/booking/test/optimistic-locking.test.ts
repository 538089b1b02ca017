import { randomUUID } from 'node:crypto'
import { request } from 'node:http'

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { inHours } from '@kitroom/testing'

import { type BookingSystem, bookingSystem, type Person } from './booking-system.ts'

let system: BookingSystem
let student: Person
let staff: Person

beforeAll(async () => {
  system = await bookingSystem()
  student = system.person('student')
  staff = system.person('staff')
})
afterAll(async () => {
  await system[Symbol.asyncDispose]()
})

/** A new draft, at version 1, of a lamp of its own. */
async function draft(purpose = '0'): Promise<string> {
  const items = [{ resource_id: system.equip(student.orgId, 'Lamp', 1).id, quantity: 1 }]
  const body = { start_at: inHours(1), end_at: inHours(2), items, purpose, status: 'DRAFT' }
  return (await system.send(student, 'POST', '/bookings', { body, key: randomUUID() })).body.id
}
const read = (id: string, headers: Record<string, string> = {}, as = student) =>
  system.send(as, 'GET', `/bookings/${id}`, { headers })
const change = (id: string, ifMatch: string | undefined, purpose = 'changed', as = student) =>
  system.send(as, 'PATCH', `/bookings/${id}`, {
    body: { purpose },
    ...(ifMatch === undefined ? {} : { ifMatch }),
  })

describe('a booking that many read, change and write back (OPT-3)', () => {
  it('has exactly the changes that were acknowledged', async () => {
    const ids = await Promise.all(Array.from({ length: 4 }, () => draft()))
    const acknowledged = new Map(ids.map((id) => [id, 0]))
    const answers = new Map<number, number>()
    const countUp = async (id: string) => {
      const { body, headers } = await read(id)
      const counted = Number(body['purpose']) + 1
      const { status } = await change(id, headers.get('etag') ?? '', String(counted))
      answers.set(status, (answers.get(status) ?? 0) + 1)
      if (status === 200) acknowledged.set(id, (acknowledged.get(id) ?? 0) + 1)
    }
    const client = async (_: unknown, first: number) => {
      for (let turn = 0; turn < 25; turn++) await countUp(ids[(first + turn) % ids.length] ?? '')
    }
    await Promise.all(Array.from({ length: 16 }, client))

    expect([...answers.keys()].toSorted()).toEqual([200, 412])
    for (const id of ids) {
      const { body } = await read(id)
      expect([body.version, body['purpose']]).toEqual([
        1 + (acknowledged.get(id) ?? 0),
        String(acknowledged.get(id)),
      ])
    }
  })

  it('is taken a step further by one of those who saw the same version', async () => {
    const id = await draft()
    await system.send(student, 'POST', `/bookings/${id}/submit`)
    const steps = ['approve', 'reject', 'cancel', 'approve'].map((verb) =>
      system.send(staff, 'POST', `/bookings/${id}/${verb}`, { ifMatch: '"2"' }),
    )
    const statuses = (await Promise.all([...steps, change(id, '"2"', 'late', staff)])).map(
      ({ status }) => status,
    )
    expect(statuses.toSorted()).toEqual([200, 412, 412, 412, 412])
    expect((await read(id)).body.version).toBe(3)
  })
})

describe('the tag of a booking (OPT-1)', () => {
  it('is its version, on every answer that shows it, and rises with every step', async () => {
    const id = await draft()
    const tags: (string | null)[] = []
    const note = ({ headers, body }: Awaited<ReturnType<typeof read>>) => {
      expect(headers.get('etag')).toBe(`"${body.version}"`)
      tags.push(headers.get('etag'))
    }
    note(await read(id))
    note(await change(id, '"1"'))
    note(await system.send(student, 'POST', `/bookings/${id}/submit`, { ifMatch: '"2"' }))
    note(await system.send(staff, 'POST', `/bookings/${id}/approve`, { ifMatch: '"3"' }))
    note(await system.send(staff, 'POST', `/bookings/${id}/cancel`, { ifMatch: '"4"' }))
    note(await read(id))
    expect(tags).toEqual(['"1"', '"2"', '"3"', '"4"', '"5"', '"5"'])
  })

  it('spares a reader the body it has', async () => {
    const id = await draft()
    for (const known of ['"1"', 'W/"1"', '"7", "1"', '*']) {
      const answer = await read(id, { 'If-None-Match': known })
      expect([answer.status, answer.headers.get('etag'), answer.body]).toEqual([304, '"1"', {}])
      expect(answer.headers.get('content-length') ?? '0').toBe('0')
    }
    for (const other of ['"2"', 'W/"2"', '1', '"1']) {
      const answer = await read(id, { 'If-None-Match': other })
      expect([answer.status, answer.body.id]).toEqual([200, id])
    }
  })
})

describe('If-Match (OPT-2, OPT-4)', () => {
  it('is required for a change, which otherwise does nothing', async () => {
    const id = await draft()
    const refused = await change(id, undefined)
    expect([refused.status, refused.body['code']]).toEqual([428, 'if-match-required'])
    expect((await read(id)).body).toMatchObject({ version: 1, purpose: '0' })
  })

  it.each([
    ['"1"', 200],
    ['*', 200],
    [' * ', 200],
    ['"1", "2"', 200],
    ['"2", "1"', 200],
    ['"2","1"', 200],
    ['W/"1", "1"', 200],
    [', "1"', 200],
    ['"1" ,', 200],
    ['"2"', 412],
    ['"0"', 412],
    ['"2", "3"', 412],
    ['W/"1"', 412],
    ['"01"', 412],
    ['"1.0"', 412],
    ['"-1"', 412],
    ['"1,2"', 412],
    ['"a"', 412],
    ['""', 412],
    ['"99999999999999999999"', 412],
    ['1', 400],
    ['"1', 400],
    ['1"', 400],
    ['""1""', 400],
    ['', 400],
    [',', 400],
    ['w/"1"', 400],
    ['"1" "2"', 400],
    ['"1"; "2"', 400],
    ['*, "1"', 400],
    [`'1'`, 400],
  ])('spelled %s is answered %i', async (ifMatch, status) => {
    const id = await draft()
    const answer = await change(id, ifMatch)
    expect([answer.status, answer.body['code']]).toEqual([
      status,
      { 200: undefined, 412: 'version-mismatch', 400: 'validation-failed' }[status],
    ])
    expect((await read(id)).body.version).toBe(status === 200 ? 2 : 1)
  })

  it.each([
    [['"2"', '"1"'], 200],
    [['"2"', '"3"'], 412],
    [['"1"', '1'], 400],
  ])('in two lines, %j, is one list: %i', async (lines, status) => {
    const id = await draft()
    const answered = await new Promise<number | undefined>((resolve, reject) => {
      void system.statementOf(student).then((statement) => {
        const headers = {
          'Content-Type': 'application/json',
          'X-Kitroom-Statement': statement,
          'If-Match': lines,
        }
        request(`${system.url}/bookings/${id}`, { method: 'PATCH', headers }, (response) => {
          response.resume().on('end', () => {
            resolve(response.statusCode)
          })
        })
          .on('error', reject)
          .end(JSON.stringify({ purpose: 'changed' }))
      })
    })
    expect(answered).toBe(status)
  })

  it('is judged only for what exists and may be changed (OPT-6)', async () => {
    const id = await draft()
    const stranger = system.person('staff', randomUUID())
    expect((await change(id, '"9"', 'x', stranger)).status).toBe(404)
    expect((await change(id, undefined, 'x', stranger)).status).toBe(404)
    expect((await change(id, '"9"', 'x', system.person('student'))).status).toBe(403)
    expect((await change(randomUUID(), '"9"')).status).toBe(404)
  })
})
