import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { type IncomingMessage, request as send } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'

import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { scaled } from '@kitroom/testing'

import { ask, type Asked } from './client.ts'
import { type Member, type RunningGateway, runningGateway } from './running-gateway.ts'

const ORG = '0194aaaa-7c00-7000-8000-00000000000a'
const MIB = 1024 * 1024

let gateway: RunningGateway
let staff: Member

beforeAll(async () => {
  gateway = await runningGateway()
  staff = await gateway.member(ORG, 'staff')
})
afterEach(() => {
  gateway.upstreams.seen.length = 0
  gateway.upstreams.eager = undefined
  gateway.upstreams.answer = (_request, response) => void response.end()
})
afterAll(() => gateway[Symbol.asyncDispose]())

const asStaff = (asked: Asked) => ask(gateway.port, { token: staff.token, org: ORG, ...asked })
const seen = () => gateway.upstreams.seen[0]

/** A request as staff whose body the test writes itself. */
function upload(path: string, headers: Record<string, string | number>) {
  const outgoing = send({
    port: gateway.port,
    host: '127.0.0.1',
    agent: false,
    method: 'POST',
    path,
    headers: { authorization: `Bearer ${staff.token}`, 'x-org-id': ORG, ...headers },
  })
  const status = once(outgoing, 'response').then(([response]) => {
    response.resume()
    return response.statusCode as number
  })
  return { outgoing, status }
}

describe('a request on its way to a service', () => {
  it('keeps its path and query byte for byte', async () => {
    const path = '/resources/%2e%2e%2Fusers?tag=a&tag=b&q=%C3%A4+%26&limit[gt]=5&x={|}'
    await asStaff({ path })
    expect(seen()).toMatchObject({ service: 'inventory', method: 'GET', url: path })
  })

  it('shows the service nothing that looks like an identity or a credential', async () => {
    const forged = {
      'x-kitroom-statement': 'forged',
      'x-kitroom-user': 'root',
      'x-user-id': 'root',
      'x-roles': 'admin',
      'x-forwarded-for': '6.6.6.6',
      'x-forwarded-host': 'evil.test',
      'x-real-ip': '6.6.6.6',
      forwarded: 'for=6.6.6.6',
      'x-bootstrap-token': 'guess',
      'x-http-method-override': 'DELETE',
      cookie: 'session=1',
      'proxy-authorization': 'Basic x',
      'x-original-url': '/users',
    }
    await asStaff({ path: '/tags', headers: forged })
    const names = Object.keys(seen()?.headers ?? {})
    expect(names.toSorted()).toEqual(['connection', 'host', 'x-kitroom-statement', 'x-request-id'])
    expect(seen()?.statement).toMatchObject({
      issuer: 'gateway',
      address: '127.0.0.1',
      member: { orgId: ORG, roles: ['staff'] },
    })
  })

  it('keeps what the contract knows', async () => {
    const headers = {
      accept: 'application/json',
      'accept-language': 'de',
      'content-type': 'application/json; charset=utf-8',
      'idempotency-key': '"k 1"',
      'if-match': '"3", "4"',
      'if-none-match': 'W/"3"',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      tracestate: 'a=b',
      'user-agent': 'test/1',
      'x-request-id': 'mine-1',
    }
    await asStaff({ method: 'POST', path: '/bookings', headers, body: '{"ä":1}' })
    expect(seen()?.headers).toMatchObject(headers)
    expect(seen()?.body.toString()).toBe('{"ä":1}')
  })

  it('loses the headers that Connection lists, but not the ones that say where the body ends', async () => {
    const headers = { connection: 'close, If-Match, Content-Length, idempotency-key', 'if-match': '"1"' }
    await asStaff({ method: 'POST', path: '/bookings', body: '{}', headers })
    expect(seen()?.headers).not.toHaveProperty('if-match')
    expect(seen()?.headers['content-length']).toBe('2')
  })

  it('says that it has no body when it has none', async () => {
    const { outgoing, status } = upload('/auth/logout', {})
    outgoing.removeHeader('transfer-encoding')
    outgoing.removeHeader('content-length')
    outgoing.end()
    expect(await status).toBe(200)
    expect(seen()?.headers['content-length']).toBe('0')
    expect(seen()?.headers).not.toHaveProperty('transfer-encoding')
  })

  it('is streamed: the service reads while the client still writes', async () => {
    const chunk = Buffer.alloc(MIB, 'a')
    let arrived = 0
    const first = Promise.withResolvers<undefined>()
    gateway.upstreams.eager = (request, response) => {
      request.on('data', (data: Buffer) => {
        arrived += data.length
        first.resolve(undefined)
      })
      request.on('end', () => response.end())
    }
    const { outgoing, status } = upload('/imports/resources?name=a&barcode=b', {
      'content-type': 'text/csv',
      'content-length': 10 * MIB,
    })
    outgoing.write(chunk)
    await first.promise
    expect(outgoing.writableEnded).toBe(false)
    for (let sent = 1; sent < 10; sent += 1) outgoing.write(chunk)
    outgoing.end()
    expect(await status).toBe(200)
    expect(arrived).toBe(10 * MIB)
  })

  it('waits for a service that reads slowly instead of keeping the body', async () => {
    const reading = Promise.withResolvers<IncomingMessage>()
    gateway.upstreams.eager = (request) => reading.resolve(request)
    const { outgoing, status } = upload('/imports/resources?name=a&barcode=b', {
      'content-type': 'text/csv',
      'transfer-encoding': 'chunked',
    })
    status.catch(() => undefined)
    outgoing.on('error', () => undefined)
    // More than the buffers of all the sockets on the way can hold.
    const CHUNKS = 64
    let accepted = 0
    for (let sent = 0; sent < CHUNKS; sent += 1) outgoing.write(Buffer.alloc(MIB), () => (accepted += 1))
    await pause(300)
    expect(accepted).toBeLessThan(CHUNKS)
    outgoing.destroy()
    const request = await reading.promise
    request.destroy()
  })

  it('is given up when the client has gone', async () => {
    const closed = Promise.withResolvers<boolean>()
    const arrived = Promise.withResolvers<undefined>()
    gateway.upstreams.eager = (_request, response) => {
      arrived.resolve(undefined)
      response.on('close', () => closed.resolve(response.writableFinished))
    }
    const { outgoing, status } = upload('/bookings', {
      'content-type': 'application/json',
      'content-length': 0,
    })
    status.catch(() => undefined)
    outgoing.on('error', () => undefined)
    outgoing.end()
    await arrived.promise
    outgoing.destroy()
    expect(await closed.promise).toBe(false)
  })
})

describe('a body that is too large', () => {
  it('is refused by its announced length, before any of it is sent', async () => {
    const answer = await asStaff({
      method: 'POST',
      path: '/bookings',
      headers: { 'content-type': 'application/json', 'content-length': String(MIB + 1) },
    })
    expect(answer.body).toMatchObject({ status: 413, code: 'body-too-large' })
    expect(gateway.upstreams.seen).toEqual([])
  })

  it('is refused while it passes when its length was not announced', async () => {
    const { outgoing, status } = upload('/bookings', {
      'content-type': 'application/json',
      'transfer-encoding': 'chunked',
    })
    outgoing.on('error', () => undefined)
    outgoing.write(Buffer.alloc(MIB))
    outgoing.write('x')
    expect(await status).toBe(413)
    outgoing.destroy()
  })

  it('is not one of exactly the limit, and imports may be ten times as large', async () => {
    for (const [path, type, size] of [
      ['/bookings', 'application/json', MIB],
      ['/imports/resources?name=a&barcode=b', 'text/csv', 10 * MIB],
    ] as const) {
      const { outgoing, status } = upload(path, { 'content-type': type, 'transfer-encoding': 'chunked' })
      outgoing.end(Buffer.alloc(size))
      expect(await status).toBe(200)
    }
    expect(gateway.upstreams.seen.map(({ body }) => body.length)).toEqual([MIB, 10 * MIB])
  })

  it('is not invited when the client asks first and may not send it', async () => {
    let invited = false
    const { outgoing, status } = upload('/bookings', {
      authorization: 'Bearer none',
      'content-type': 'application/json',
      'content-length': 5,
      expect: '100-continue',
    })
    outgoing.on('continue', () => (invited = true))
    outgoing.flushHeaders()
    expect(await status).toBe(401)
    expect(invited).toBe(false)
    outgoing.destroy()
  })

  it('is invited when the client asks first and may send it', async () => {
    const { outgoing, status } = upload('/bookings', {
      'content-type': 'application/json',
      'content-length': 2,
      expect: '100-continue',
    })
    outgoing.on('continue', () => outgoing.end('{}'))
    outgoing.flushHeaders()
    expect(await status).toBe(200)
    expect(seen()?.body.toString()).toBe('{}')
  })
})

describe('an answer of a service', () => {
  it('passes as a file under its name, and says beside our own what it varies by', async () => {
    const file = {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': 'attachment; filename="a.csv"',
    }
    gateway.upstreams.answer = (_request, response) => {
      response.writeHead(200, { ...file, vary: 'Accept' }).end('id\r\n')
    }
    const answer = await asStaff({ path: '/tags', headers: { accept: 'text/csv' } })
    expect(answer).toMatchObject({
      status: 200,
      text: 'id\r\n',
      headers: { ...file, vary: 'Origin, Accept' },
    })
  })

  it('says that nothing is left where a limit of the service is used up', async () => {
    gateway.upstreams.answer = (_request, response) =>
      response.writeHead(429, { 'retry-after': '899' }).end('{}')
    expect((await asStaff({ path: '/tags' })).headers).toMatchObject({
      'retry-after': '899',
      'ratelimit-remaining': '0',
      'ratelimit-reset': '899',
    })
  })

  it('passes as it is, with its entity tag, Location and Retry-After', async () => {
    gateway.upstreams.answer = (_request, response) => {
      const headers = {
        etag: '"7"',
        location: '/bookings/1',
        'retry-after': '3',
        'idempotent-replayed': 'true',
        'content-type': 'application/problem+json; charset=utf-8',
      }
      response.writeHead(409, headers).end('{"code":"unit-unavailable"}')
    }
    const answer = await asStaff({ method: 'POST', path: '/bookings', body: '{}' })
    expect(answer).toMatchObject({
      status: 409,
      text: '{"code":"unit-unavailable"}',
      headers: {
        etag: '"7"',
        location: '/bookings/1',
        'retry-after': '3',
        'idempotent-replayed': 'true',
        'content-type': 'application/problem+json; charset=utf-8',
      },
    })
  })

  it('may be 304 or 204, without a body', async () => {
    gateway.upstreams.answer = (request, response) =>
      void response.writeHead(request.method === 'GET' ? 304 : 204, { etag: '"7"' }).end()
    const unchanged = await asStaff({ path: '/tags', headers: { 'if-none-match': '"7"' } })
    expect(unchanged).toMatchObject({ status: 304, text: '', headers: { etag: '"7"' } })
    expect(unchanged.headers).not.toHaveProperty('transfer-encoding')
    const path = `/resources/${crypto.randomUUID()}`
    expect(await asStaff({ method: 'DELETE', path })).toMatchObject({ status: 204, text: '' })
  })

  it('to HEAD has the headers of GET and no body', async () => {
    gateway.upstreams.answer = (_request, response) =>
      void response.writeHead(200, { 'content-length': '5' }).end()
    const answer = await asStaff({ method: 'HEAD', path: '/tags' })
    expect(answer).toMatchObject({ status: 200, text: '', headers: { 'content-length': '5' } })
    expect(seen()?.method).toBe('HEAD')
  })

  it('carries the request id once, and is not to be stored', async () => {
    gateway.upstreams.answer = (_request, response) =>
      void response
        .writeHead(200, { 'x-request-id': 'of the service', 'x-powered-by': 'x', 'keep-alive': 'timeout=9' })
        .end()
    const answer = await asStaff({ path: '/tags', headers: { 'x-request-id': 'mine-1' } })
    const ids = answer.rawHeaders.filter(
      (_, at) => answer.rawHeaders[at - 1]?.toLowerCase() === 'x-request-id',
    )
    expect(ids).toEqual(['mine-1'])
    expect(seen()?.headers['x-request-id']).toBe('mine-1')
    expect(answer.headers['cache-control']).toBe('no-store')
    expect(answer.headers).not.toHaveProperty('keep-alive', 'timeout=9')
  })

  it('says nothing twice, whatever case the service names it in', async () => {
    gateway.upstreams.answer = (_request, response) =>
      void response
        .writeHead(200, { 'Referrer-Policy': 'same-origin', 'RateLimit-Limit': '7', Vary: 'Accept' })
        .end()
    const { rawHeaders, headers } = await asStaff({ path: '/tags' })
    const names = rawHeaders.filter((_, at) => at % 2 === 0).map((name) => name.toLowerCase())
    expect(names.toSorted()).toEqual([...new Set(names)].toSorted())
    expect(headers).toMatchObject({
      'referrer-policy': 'same-origin',
      'ratelimit-limit': '7',
      vary: 'Origin, Accept',
    })
  })

  it('has a new request id when the one sent is malformed', async () => {
    const answer = await asStaff({ path: '/tags', headers: { 'x-request-id': 'a b<script>' } })
    expect(answer.headers['x-request-id']).toMatch(/^[\da-f-]{36}$/)
    expect(seen()?.headers['x-request-id']).toBe(answer.headers['x-request-id'])
  })

  it('that breaks off when it is long is broken off, not completed, and not asked for again', async () => {
    let asked = 0
    gateway.upstreams.answer = (_request, response) => {
      asked += 1
      response.writeHead(200, { 'content-length': '100000' })
      response.write('half')
      setTimeout(() => response.destroy(), 20)
    }
    await expect(asStaff({ path: '/tags' })).rejects.toThrow(/aborted|hang up|ECONNRESET/)
    await pause(200)
    expect(asked).toBe(1)
  })

  it.each([
    ['is asked for again where that changes nothing', 'GET', 200, 2],
    ['is a problem, and not asked for again, where it may have changed something', 'POST', 503, 1],
  ])('that breaks off when it is short %s', async (_, method, status, times) => {
    let asked = 0
    gateway.upstreams.answer = (_request, response) => {
      asked += 1
      response.writeHead(asked === 1 ? 201 : 200, {
        'content-length': '11',
        'content-type': 'application/json',
      })
      if (asked > 1) response.end('{"ok":true}')
      else response.write('{"ok"', () => setTimeout(() => response.destroy(), 20))
    }
    const body = method === 'POST' ? { body: '{"name":"Lights"}' } : {}
    const headers = { 'content-type': 'application/json', 'idempotency-key': randomUUID() }
    const answer = await asStaff({ method, path: '/tags', ...body, headers })
    expect(answer.status).toBe(status)
    expect(answer.body).toMatchObject(status === 200 ? { ok: true } : { code: 'dependency-unavailable' })
    expect(asked).toBe(times)
  })

  it('has the bytes that the service sent, whatever letters they are', async () => {
    const text = JSON.stringify({ name: 'Mikrofon für Übungen, 録音 🎙' })
    gateway.upstreams.answer = (_request, response) => {
      response.setHeader('content-type', 'application/json; charset=utf-8')
      response.end(text)
    }
    const answer = await asStaff({ path: '/tags' })
    expect(answer.body).toEqual(JSON.parse(text))
    expect(answer.headers['content-length']).toBe(String(Buffer.byteLength(text)))
  })

  it('waits for a client that reads slowly instead of being kept', async () => {
    const CHUNKS = 64
    let taken = 0
    gateway.upstreams.answer = (_request, response) => {
      const write = () => {
        if (taken === CHUNKS) response.end()
        else
          response.write(Buffer.alloc(MIB), () => {
            taken += 1
            write()
          })
      }
      write()
    }
    const headers = { authorization: `Bearer ${staff.token}`, 'x-org-id': ORG }
    const options = { port: gateway.port, host: '127.0.0.1', agent: false, path: '/tags', headers }
    const [answer] = (await once(send(options).end(), 'response')) as [IncomingMessage]
    let before = 0
    while (taken === 0 || before !== taken) {
      before = taken
      await pause(500)
    }
    expect(taken).toBeLessThan(CHUNKS)
    let bytes = 0
    for await (const chunk of answer as AsyncIterable<Buffer>) bytes += chunk.length
    expect(bytes).toBe(CHUNKS * MIB)
  })

  it('may take longer than a connection is kept unused', async () => {
    gateway.upstreams.answer = (_request, response) => void setTimeout(() => response.end('late'), 4_500)
    expect(await asStaff({ path: '/tags' })).toMatchObject({ status: 200, text: 'late' })
  })

  it('leaves no connection behind that the gateway does not use', async () => {
    const closed = Promise.withResolvers<undefined>()
    gateway.upstreams.answer = (request, response) => {
      request.socket.once('close', () => closed.resolve(undefined))
      response.end()
    }
    const began = performance.now()
    await asStaff({ path: '/tags' })
    await closed.promise
    // Whoever stops serves for five seconds until it closes connections.
    expect(performance.now() - began).toBeLessThan(scaled(6_500, 5_000))
  })
})

describe('a service that cannot be reached', () => {
  it('is a 503 that says when to come back, and the others go on', async () => {
    await gateway.upstreams.stop('booking')
    // Until the gateway has noticed, it may still write to a connection that was open.
    let answer = await asStaff({ method: 'POST', path: '/bookings', body: '{}' })
    while (/not known/.test(String(answer.body.detail))) {
      answer = await asStaff({ method: 'POST', path: '/bookings', body: '{}' })
    }
    expect(answer.body).toMatchObject({
      status: 503,
      code: 'dependency-unavailable',
      detail: 'The booking service cannot be reached now, so nothing was done.',
    })
    expect(answer.headers['retry-after']).toBe('1')
    expect((await asStaff({ path: '/tags' })).status).toBe(200)
    await gateway.upstreams.start('booking')
    expect((await asStaff({ method: 'POST', path: '/bookings', body: '{}' })).status).toBe(200)
  })

  it('is a 503 too when it does not believe the gateway: a 401 would be about the user', async () => {
    gateway.upstreams.answer = (_request, response) => {
      response.writeHead(401, { 'x-kitroom-statement-refused': 'true' }).end('{"code":"unauthenticated"}')
    }
    for (const method of ['POST', 'GET']) {
      const answer = await asStaff({
        method,
        path: '/bookings',
        ...(method === 'POST' ? { body: '{}' } : {}),
      })
      expect(answer.body).toMatchObject({ status: 503, code: 'dependency-unavailable' })
    }
    gateway.upstreams.answer = (_request, response) => void response.writeHead(401).end()
    expect((await asStaff({ path: '/bookings' })).status).toBe(401)
  })

  it('is not told of a request twice when it hangs up on one that changes something', async () => {
    let asked = 0
    gateway.upstreams.answer = (request) => {
      asked += 1
      request.socket.destroy()
    }
    const answer = await asStaff({ method: 'POST', path: '/bookings', body: '{}' })
    expect(answer.body).toMatchObject({ status: 503, detail: expect.stringMatching(/not known whether/) })
    expect(asked).toBe(1)
  })

  it('is asked once more for what only reads', async () => {
    let asked = 0
    gateway.upstreams.answer = (request, response) => {
      asked += 1
      if (asked === 1) request.socket.destroy()
      else response.end('second')
    }
    expect(await asStaff({ path: '/tags' })).toMatchObject({ status: 200, text: 'second' })
  })
})
