import { randomUUID } from 'node:crypto'

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { inHours } from '@kitroom/testing'

import { type BookingSystem, bookingSystem, type Person } from './booking-system.ts'

interface Message {
  id: string
  text: string
  author_user_id: string
}

let system: BookingSystem
let student: Person
let staff: Person
let stranger: Person
/** The student's booking, a new one for each test. */
let booking: string

beforeAll(async () => {
  system = await bookingSystem()
  student = system.person('student')
  staff = system.person('staff')
  stranger = system.person('student')
})
afterAll(async () => {
  await system[Symbol.asyncDispose]()
})
beforeEach(async () => {
  const { id } = system.equip(student.orgId, 'Lamp', 1)
  const body = { start_at: inHours(1), end_at: inHours(2), items: [{ resource_id: id, quantity: 1 }] }
  booking = (await system.send(student, 'POST', '/bookings', { body, key: randomUUID() })).body.id
})

const path = (more = '') => `/bookings/${booking}/messages${more}`
const write = (as: Person, text: unknown, key?: string) =>
  system.send(as, 'POST', path(), { body: { text }, ...(key === undefined ? {} : { key }) })
const list = (as: Person, asked = '') => system.send(as, 'GET', path(asked))
const textsOf = (answer: { body: Record<string, unknown> }) =>
  (answer.body['data'] as Message[]).map(({ text }) => text)

/** The outbox's events of an entity. */
const eventsOf = async (id: string) => {
  const rows = await system.database.admin<{ payload: string }>(
    `select payload from outbox where payload::json->'data'->>'entity_id' = $1`,
    [id],
  )
  return rows.map(({ payload }) => JSON.parse(payload) as { type: string; data: object })
}

describe('messages on a booking', () => {
  it('are written by its requester and by staff, and read by both, the oldest first', async () => {
    const asked = await write(student, 'May I come at eight?')
    expect(asked.status).toBe(201)
    expect(asked.body).toEqual({
      id: asked.body.id,
      org_id: student.orgId,
      booking_id: booking,
      author_user_id: student.userId,
      text: 'May I come at eight?',
      created_at: expect.stringMatching(/^\d{4}-.*\.\d{3}Z$/),
    })
    await write(staff, 'The desk opens at nine.')
    for (const reader of [student, staff]) {
      const { status, body } = await list(reader)
      expect(status).toBe(200)
      expect(body).toMatchObject({
        data: [asked.body, { author_user_id: staff.userId, text: 'The desk opens at nine.' }],
        total: 2,
        page: 1,
        has_next: false,
        next_cursor: null,
      })
    }
  })

  it('are found where their Location says', async () => {
    const { body, headers } = await write(student, 'Hello')
    expect(headers.get('Location')).toBe(path(`/${body.id}`))
    for (const reader of [student, staff]) {
      const shown = await system.send(reader, 'GET', headers.get('Location') ?? '')
      expect(shown).toMatchObject({ status: 200, body })
    }
    expect((await system.send(student, 'GET', path(`/${randomUUID()}`))).status).toBe(404)
  })

  it('belong to their own booking only', async () => {
    const { id } = (await write(student, 'Of the first')).body
    const items = [{ resource_id: system.equip(student.orgId, 'Stand', 1).id, quantity: 1 }]
    const body = { start_at: inHours(1), end_at: inHours(2), items }
    const other = (await system.send(student, 'POST', '/bookings', { body, key: randomUUID() })).body.id
    expect((await system.send(student, 'GET', `/bookings/${other}/messages`)).body['data']).toEqual([])
    expect((await system.send(student, 'GET', `/bookings/${other}/messages/${id}`)).status).toBe(404)
  })

  it('are closed to other students, and not there for another organisation', async () => {
    const { id } = (await write(student, 'Between us')).body
    const refused = { status: 403, body: { code: 'forbidden' } }
    expect(await list(stranger)).toMatchObject(refused)
    expect(await write(stranger, 'Me too')).toMatchObject(refused)
    expect(await system.send(stranger, 'GET', path(`/${id}`))).toMatchObject(refused)
    const elsewhere = system.person('admin', randomUUID())
    const absent = { status: 404, body: { code: 'not-found' } }
    expect(await list(elsewhere)).toMatchObject(absent)
    expect(await write(elsewhere, 'Me too')).toMatchObject(absent)
    expect(await system.send(elsewhere, 'GET', path(`/${id}`))).toMatchObject(absent)
    expect(textsOf(await list(staff))).toEqual(['Between us'])
  })

  it('are read page by page with a cursor, none twice and none left out', async () => {
    const texts = Array.from({ length: 7 }, (_, index) => `Message ${index}`)
    for (const text of texts) await write(student, text)
    const read: string[] = []
    let cursor = ''
    do {
      const answer = await list(staff, `?limit=3${cursor && `&cursor=${cursor}`}`)
      read.push(...textsOf(answer))
      cursor = (answer.body['next_cursor'] as string | null) ?? ''
      if (read.length === 3) await write(student, 'Meanwhile')
    } while (cursor !== '')
    expect(read).toEqual([...texts, 'Meanwhile'])
    expect(textsOf(await list(staff, '?sort=-created_at&limit=2'))).toEqual(['Meanwhile', 'Message 6'])
  })

  it('can be written whatever has become of the booking, and change nothing of it', async () => {
    await system.send(student, 'POST', `/bookings/${booking}/cancel`)
    const before = (await system.send(student, 'GET', `/bookings/${booking}`)).body
    expect((await write(student, 'I could not come.')).status).toBe(201)
    expect((await system.send(student, 'GET', `/bookings/${booking}`)).body).toEqual(before)
  })

  it('are written once for a key', async () => {
    const key = randomUUID()
    const first = await write(student, 'Once', key)
    const again = await write(student, 'Once', key)
    expect(again).toMatchObject({ status: 201, body: first.body })
    expect(again.headers.get('Idempotent-Replayed')).toBe('true')
    expect(again.headers.get('Location')).toBe(first.headers.get('Location'))
    expect((await write(student, 'Twice', key)).status).toBe(422)
    expect(textsOf(await list(student))).toEqual(['Once'])
  })

  it('are told to the audit as created, once, by whom', async () => {
    const { id, ...rest } = (await write(student, 'For ever')).body
    expect(await eventsOf(id)).toMatchObject([
      {
        type: 'kitroom.booking.booking-message.create',
        data: {
          actor_user_id: student.userId,
          entity_type: 'BookingMessage',
          entity_id: id,
          action: 'CREATE',
          before: null,
          after: { id, ...rest },
        },
      },
    ])
    expect(await eventsOf(booking)).toHaveLength(1)
  })

  it('are kept character by character, up to 4,000 of them', async () => {
    for (const text of ['😀'.repeat(4_000), ' line\nbreak  ', "<b>\\ %s '; drop table booking_message"]) {
      expect((await write(student, text)).body['text']).toBe(text)
    }
    expect(textsOf(await list(staff))).toHaveLength(3)
  })

  it.each([
    ['nothing', undefined],
    ['an empty text', ''],
    ['white space', ' \n '],
    ['4,001 characters', 'x'.repeat(4_001)],
    ['a number', 7],
    ['NUL', 'a\0b'],
  ])('are not %s', async (_, text) => {
    expect(await write(student, text)).toMatchObject({ status: 400, body: { code: 'validation-failed' } })
    expect(textsOf(await list(student))).toEqual([])
  })
})
