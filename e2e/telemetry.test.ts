import { randomUUID } from 'node:crypto'

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { inHours, scaled, until } from '@kitroom/testing'

import { type Answer, enrol, foundOrganization, type Person, request } from './client.ts'
import { logLinesOf } from './telemetry/log-lines.ts'
import { type OtlpReceiver, otlpReceiver, type Span } from './telemetry/otlp-receiver.ts'
import { askedFor, exportedLabels } from './telemetry/prometheus-names.ts'
import { outline, treesOf } from './telemetry/trace-tree.ts'
import { watchedExpressions } from './telemetry/watched-expressions.ts'
import { type TestSystem, testSystem } from './test-system.ts'

/** Nobody outside may read these: they name people, say what they want, or open doors. */
const PURPOSE = 'a film about Zebulon Quarry'
const SOUGHT = 'Quagmire'
const MISTYPED = 'o.quigley@kitroom.example'

let receiver: OtlpReceiver
let system: TestSystem
let admin: Person
let ann: Person
let resourceId: string
let booked: Answer

const book = (hours: number) =>
  ann.send('POST', '/bookings', {
    key: randomUUID(),
    headers: { 'User-Agent': 'Quigley-Phone/1.0' },
    body: {
      start_at: inHours(hours),
      end_at: inHours(hours + 1),
      purpose: PURPOSE,
      items: [{ resource_id: resourceId, quantity: 1 }],
    },
  })

beforeAll(async () => {
  receiver = await otlpReceiver()
  system = await testSystem({
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_BSP_SCHEDULE_DELAY: '100',
      OTEL_METRIC_EXPORT_INTERVAL: '500',
    },
  })
  admin = await foundOrganization(system.url, system.bootstrapToken, 'University of the Arts')
  ann = await enrol(system.url, admin, 'student')
  const made = await admin.send('POST', '/resources', {
    body: { type: 'Camera', name: 'Camera', units: [{ barcode: 'C-1' }] },
  })
  resourceId = String(made.body['id'])
  booked = await book(24)
})
afterAll(async () => {
  await system[Symbol.asyncDispose]()
  await receiver[Symbol.asyncDispose]()
})

const spansOf = (answer: Answer): Span[] => {
  const line = logLines().find(
    ({ request_id, status }) => request_id === answer.headers.get('x-request-id') && status,
  )
  return receiver.spans.filter(({ traceId }) => traceId === line?.['trace_id'])
}

const logLines = () => logLinesOf(system)

const isAuditRow = ({ service, name }: Span) => service === 'kitroom-audit' && name === 'INSERT audit_event'

/** Each process sends its spans when it likes: what is above may arrive after what is below. */
function isWhole(spans: Span[]): boolean {
  const [root, ...others] = treesOf(spans)
  return root?.span.service === 'kitroom-gateway' && root.span.kind === 'SERVER' && others.length === 0
}

/** The whole trace, once the event has arrived at whoever hears it. */
const settledTrace = (answer: Answer) =>
  until(
    () => Promise.resolve(spansOf(answer)),
    (spans) =>
      isWhole(spans) &&
      spans.some(isAuditRow) &&
      spans.some(({ service, kind }) => service === 'kitroom-inventory' && kind === 'CONSUMER'),
    20_000,
  )

/** The trace of a request that only reads. */
const traceToService = (answer: Answer) =>
  until(
    () => Promise.resolve(spansOf(answer)),
    (spans) =>
      isWhole(spans) && spans.some(({ service, kind }) => service !== 'kitroom-gateway' && kind === 'SERVER'),
  )

describe('the trace of a booking', () => {
  it('leads from the gateway through HTTP, gRPC, SQL and NATS to the audit row, unbroken', async () => {
    expect(booked.status).toBe(201)
    const trees = treesOf(await settledTrace(booked))
    expect(trees).toHaveLength(1)
    expect(outline(trees[0]!)).toMatchObject({
      'gateway SERVER POST /bookings': {
        'gateway CLIENT kitroom.auth.v1.Access/BatchGetCallers': {
          'auth SERVER kitroom.auth.v1.Access/BatchGetCallers': { 'auth CLIENT SELECT session': {} },
        },
        'gateway CLIENT POST': {
          'booking SERVER POST /bookings': {
            'booking CLIENT kitroom.inventory.v1.Inventory/ListLendableUnits': {
              'inventory SERVER kitroom.inventory.v1.Inventory/ListLendableUnits': {},
            },
            'booking CLIENT INSERT booking': {},
            'booking CLIENT INSERT outbox': {},
            'booking PRODUCER publish kitroom.booking.booking.create': {
              'audit CONSUMER process kitroom.booking.booking.create': {
                'audit CLIENT INSERT audit_event': {},
              },
              'inventory CONSUMER process kitroom.booking.booking.create': {},
            },
          },
        },
      },
    })
  })

  it('names the organisation on every span', async () => {
    const named = (await settledTrace(booked)).map(({ name, attributes }) => [
      name,
      attributes['kitroom.org.id'],
    ])
    expect(named).toEqual(named.map(([name]) => [name, admin.orgId]))
  })

  it('goes on from what a client sent, through the gateway into the service', async () => {
    const traceId = randomUUID().replaceAll('-', '')
    const traceparent = `00-${traceId}-00f067aa0ba902b7-01`
    // Opens the connection to the service that the next one goes over, too.
    await admin.send('GET', '/bookings')
    const answer = await admin.send('GET', '/bookings', { headers: { traceparent } })
    const spans = await until(
      () => Promise.resolve(receiver.spans.filter((span) => span.traceId === traceId)),
      (seen) =>
        isWhole(seen) && seen.some(({ service, kind }) => service === 'kitroom-booking' && kind === 'SERVER'),
    )
    const [root] = treesOf(spans)
    expect(outline(root!)).toMatchObject({
      'gateway SERVER GET /bookings': { 'gateway CLIENT GET': { 'booking SERVER GET /bookings': {} } },
    })
    const requestId = answer.headers.get('x-request-id')
    expect(logLines()).toContainEqual(
      expect.objectContaining({
        service: 'gateway',
        msg: 'request',
        request_id: requestId,
        trace_id: traceId,
      }),
    )
  })

  it('calls a request by its route, and a refusal of the client no error', async () => {
    const refused = await book(24)
    expect(refused.status).toBe(409)
    await admin.send('GET', `/bookings/${String(booked.body['id'])}`)
    const served = await until(
      () =>
        Promise.resolve(
          receiver.spans.filter(
            ({ kind, attributes }) => kind === 'SERVER' && 'http.request.method' in attributes,
          ),
        ),
      (spans) =>
        spans.some(({ name }) => name === 'GET /bookings/{id}') &&
        spans.filter(({ attributes }) => attributes['http.response.status_code'] === 409).length === 2,
    )
    for (const { name, attributes } of served)
      expect(name).toBe(`${attributes['http.request.method'] ?? ''} ${attributes['http.route'] ?? ''}`)
    const conflict = served.filter(({ attributes }) => attributes['http.response.status_code'] === 409)
    expect(conflict.map(({ service, status }) => [service, status.code ?? 0])).toEqual(
      expect.arrayContaining([
        ['kitroom-gateway', 0],
        ['kitroom-booking', 0],
      ]),
    )
  })
})

describe('what is sent and what is logged', () => {
  it('tells nobody who somebody is, what he wants, or what opens a door', async () => {
    const sought = await admin.send('GET', `/resources?q=${SOUGHT}`)
    await request(system.url, 'POST', '/auth/login', { body: { email: MISTYPED, password: 'correct horse' } })
    await request(system.url, 'GET', `/nowhere/${MISTYPED}`)
    for (const answer of [sought, await ann.send('GET', '/bookings')]) await traceToService(answer)

    const told = [...receiver.bodies, ...logLines().map((line) => JSON.stringify(line))].join('\n')
    expect(told).toContain('INSERT auth.app_user')
    const secrets = [
      ann.token,
      ann.token.split('.')[1],
      ann.refreshToken,
      system.bootstrapToken,
      'correct horse',
    ]
    const personal = [
      '@kitroom.example',
      'The student',
      'The Admin',
      PURPOSE,
      SOUGHT,
      'Quigley',
      'client.address',
    ]
    for (const marker of [...secrets, ...personal]) expect(told).not.toContain(marker)
  })

  it('names trace, request and organisation in the line a request leaves', async () => {
    const [root] = treesOf(await settledTrace(booked))
    expect(logLines()).toContainEqual(
      expect.objectContaining({
        msg: 'request',
        trace_id: root?.span.traceId,
        request_id: booked.headers.get('x-request-id'),
        org_id: admin.orgId,
      }),
    )
  })
})

const figure: OtlpReceiver['figure'] = (...about) => receiver.figure(...about)

const UNCONFIRMED = { 'kitroom.outbox.state': 'unconfirmed' }
const AUDIT = { 'messaging.consumer.group.name': 'audit' }

/** What somebody sees who watches the events of booking. */
const lag = () => ({
  seconds: figure('booking', 'kitroom.outbox.age', UNCONFIRMED) ?? -1,
  events: figure('booking', 'kitroom.outbox.events', UNCONFIRMED) ?? -1,
  pending: figure('booking', 'kitroom.consumer.pending', AUDIT) ?? -1,
})
const seeLag = (isWanted: (seen: ReturnType<typeof lag>) => boolean, withinMs?: number) =>
  until(() => Promise.resolve(lag()), isWanted, withinMs)

describe('the figures', () => {
  it('show how far the audit is behind, while every other service stays ready', async () => {
    await seeLag(({ seconds, events, pending }) => seconds === 0 && events === 0 && pending === 0, 20_000)
    await system.processes.audit.stop()
    const answers = await Promise.all([48, 72, 96].map(book))
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201])
    const away = scaled(3, 60)
    const risen = await seeLag(
      ({ seconds, events, pending }) => seconds > away && events === 3 && pending >= 3,
      (away + 30) * 1_000,
    )
    const { body } = await request(system.url, 'GET', '/health')
    expect(body['services']).toEqual({ auth: 'ok', inventory: 'ok', booking: 'ok', audit: 'unavailable' })

    await system.processes.audit.start()
    await seeLag(({ seconds, events, pending }) => seconds === 0 && events === 0 && pending === 0, 60_000)
    console.log(
      `the audit was away: oldest unconfirmed ${risen.seconds.toFixed(1)} s, ${risen.pending} pending; then 0`,
    )

    // Read at once by the audit, each event is in its own trace all the same.
    for (const answer of answers) {
      await until(
        () => Promise.resolve(spansOf(answer)),
        (spans) =>
          isWhole(spans) &&
          spans.some(({ service, kind }) => service === 'kitroom-audit' && kind === 'CONSUMER'),
      )
    }
  }, 150_000)

  it('show a dead letter until it is dealt with', async () => {
    const letters = () => Promise.resolve(figure('audit', 'kitroom.dead_letters', AUDIT))
    await until(letters, (count) => count === 0)
    await system.sql(
      `insert into audit.dead_letter (id, consumer, subject, payload, reason) values ($1, 'audit', 's', 'p', 'r')`,
      [randomUUID()],
    )
    await until(letters, (count) => count === 1)
    await system.sql('update audit.dead_letter set redriven_at = now()')
    await until(letters, (count) => count === 0)
  })

  it('count refusals by their code', async () => {
    const before = figure('booking', 'kitroom.refusals', { 'error.type': 'unit-unavailable' }) ?? 0
    expect((await book(24)).body['code']).toBe('unit-unavailable')
    await until(
      () => Promise.resolve(figure('booking', 'kitroom.refusals', { 'error.type': 'unit-unavailable' })),
      (count = 0) => count === before + 1,
    )
  })

  it.each(watchedExpressions())('have all that is asked for: $at', ({ expression }) => {
    const exported = exportedLabels(receiver.points())
    const { metrics, labels } = askedFor(expression)
    expect(metrics.length).toBeGreaterThan(0)
    expect(metrics.filter((metric) => !exported.has(metric))).toEqual([])
    const known = new Set(metrics.flatMap((metric) => [...(exported.get(metric) ?? [])]))
    expect(labels.filter((label) => !known.has(label))).toEqual([])
  })
})
