import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

import { describe, expect, it } from '@jest/globals'
import { changeResource, createTag, deleteTag, getTag, importResources, listTags } from '@kitroom/contracts'
import { requireTime } from '@kitroom/deadline'
import { Failure, invalid } from '@kitroom/errors'

import { created, noContent, ok } from './reply.ts'
import { on, type Route } from './route.ts'
import { httpServer, STATEMENT_HEADER } from './server.ts'
import { closeGently } from './stopping.ts'

const id = '01941f29-7c00-7000-8000-00000000000a'
const member = { orgId: id, roles: ['staff'] as const }
const statements = {
  verify: (token: string) =>
    token === 'forged'
      ? Promise.reject(new Failure('unauthenticated', 'Nobody we know has signed this.'))
      : Promise.resolve(token === 'staff' ? { session: { userId: id, sessionId: id }, member } : {}),
}
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined }

async function serving(...routes: Route[]) {
  const server = httpServer({
    routes,
    statements,
    logger: silent,
    ready: () => Promise.resolve(true),
    // However late a busy machine makes the loop.
    load: { maxInFlight: 3, maxLoopDelayMs: 60_000 },
  })
  const port = await server.listen(0, '127.0.0.1')
  const send = (path: string, init: RequestInit = {}) =>
    fetch(`http://127.0.0.1:${port}${path}`, {
      ...init,
      headers: { [STATEMENT_HEADER]: 'staff', ...(init.headers as Record<string, string>) },
    })
  const { leave, close } = server
  return { port, send, leave, close, [Symbol.asyncDispose]: close }
}

const tag = { id, org_id: id, name: 'Audio', version: 1, created_at: '2026-03-01T09:00:00.000Z' }
const creating = on(
  createTag,
  ({ body }) => Promise.resolve({ ...tag, name: body.name }),
  (made) => created(`/tags/${made.id}`, made),
)
const listing = on(
  listTags,
  () => Promise.resolve([tag]),
  (data) => ok({ data, total: 1, page: 1, limit: 20, has_next: false, next_cursor: null }),
)
const deleting = on(deleteTag, () => Promise.resolve(), noContent)
const failing = on(changeResource, () => Promise.reject(new TypeError('select secret')), ok)

const json = { 'Content-Type': 'application/json' }
const codeOf = async (answer: Promise<Response>) => ((await (await answer).json()) as { code: string }).code

describe('a request', () => {
  it('reaches its route with what its endpoint declares', async () => {
    await using service = await serving(creating, deleting)
    const body = '{"name":"Video"}'
    const made = await service.send('/tags', { method: 'POST', headers: json, body })
    expect([made.status, made.headers.get('location')]).toEqual([201, `/tags/${id}`])
    expect(await made.json()).toEqual({ ...tag, name: 'Video' })
    expect((await service.send(`/tags/${id}`, { method: 'DELETE' })).status).toBe(204)
  })

  it('of HEAD hears of the version it has already what GET hears', async () => {
    const getting = on(getTag, () => Promise.resolve(tag), ok)
    await using server = await serving(getting)
    for (const method of ['GET', 'HEAD']) {
      const answerTo = async (known: string) => {
        const answer = await server.send(`/tags/${id}`, { method, headers: { 'If-None-Match': known } })
        return [answer.status, answer.headers.get('etag'), (await answer.text()) === '']
      }
      expect(await answerTo('"1"')).toEqual([304, '"1"', true])
      expect(await answerTo('"2"')).toEqual([200, '"1"', method === 'HEAD'])
    }
  })

  it('is judged by role, then media type, then size, then its input', async () => {
    await using service = await serving(creating)
    const post = (body: string, headers: Record<string, string>, path = '/tags') =>
      codeOf(service.send(path, { method: 'POST', headers, body }))
    const large = ' '.repeat(1024 * 1024 + 1)
    expect(await post(large, { [STATEMENT_HEADER]: 'nobody', 'Content-Type': 'text/plain' })).toBe(
      'unauthenticated',
    )
    expect(await post(large, { 'Content-Type': 'text/plain' }, '/tags?unknown=1')).toBe(
      'unsupported-media-type',
    )
    expect(await post(large, json, '/tags?unknown=1')).toBe('body-too-large')
    expect(await post('{', json, '/tags?unknown=1')).toBe('validation-failed')
    expect(await post('{', json)).toBe('malformed-json')
  })

  it('says that it is the statement that is not believed, and says so of no other refusal', async () => {
    await using service = await serving(creating)
    const post = async (body: string, headers: Record<string, string>) => {
      const { status, headers: told } = await service.send('/tags', { method: 'POST', headers, body })
      return [status, told.get('x-kitroom-statement-refused')]
    }
    expect(await post('{}', { ...json, [STATEMENT_HEADER]: 'forged' })).toEqual([401, 'true'])
    expect(await post('{}', { ...json, [STATEMENT_HEADER]: 'nobody' })).toEqual([401, null])
    expect(await post('{', json)).toEqual([400, null])
  })

  it('whose query or path cannot be decoded is invalid', async () => {
    await using service = await serving(listing, deleting)
    expect(await codeOf(service.send('/tags?q=%ff'))).toBe('validation-failed')
    expect(await codeOf(service.send('/tags/%ff', { method: 'DELETE' }))).toBe('validation-failed')
  })

  it('that meets a bug hears nothing of it', async () => {
    await using service = await serving(failing)
    const answer = await service.send(`/resources/${id}`, {
      method: 'PATCH',
      headers: { ...json, 'If-Match': '*', 'X-Request-Id': 'mine' },
      body: '{"name":"x"}',
    })
    expect(answer.status).toBe(500)
    const text = await answer.text()
    expect(JSON.parse(text)).toMatchObject({ code: 'internal', request_id: 'mine' })
    expect(text).not.toMatch(/secret|TypeError/)
  })
})

describe('more than is taken on at once', () => {
  it('hears “not now” at once, and health is answered all the same', async () => {
    const asked = { count: 0 }
    const told = Promise.withResolvers<undefined>()
    const waiting = on(
      deleteTag,
      () => {
        asked.count += 1
        return told.promise
      },
      noContent,
    )
    await using service = await serving(waiting)
    const remove = () => service.send(`/tags/${id}`, { method: 'DELETE' })
    const running = [remove(), remove(), remove()]
    while (asked.count < 3) await sleep(5)
    const refused = await remove()
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1'])
    expect(await refused.json()).toMatchObject({ code: 'dependency-unavailable' })
    expect((await service.send('/health/ready')).status).toBe(200)
    told.resolve(undefined)
    for (const answer of running) expect((await answer).status).toBe(204)
    expect((await remove()).status).toBe(204)
    expect(asked.count).toBe(4)
  })
})

describe('who asks', () => {
  /** Does something in small steps, as long as somebody waits for it. */
  function working() {
    const ended = Promise.withResolvers<unknown>()
    const began = Promise.withResolvers<undefined>()
    const run = async () => {
      began.resolve(undefined)
      try {
        for (;;) {
          requireTime()
          await sleep(5)
        }
      } catch (error) {
        ended.resolve(error)
        throw error
      }
    }
    return { run, began: began.promise, ended: ended.promise }
  }

  it('is waited for no longer when the connection is closed', async () => {
    const { run, began, ended } = working()
    await using service = await serving(on(deleteTag, run, noContent))
    const patience = new AbortController()
    const given = service.send(`/tags/${id}`, { method: 'DELETE', signal: patience.signal })
    await began
    patience.abort()
    await expect(given).rejects.toThrow()
    expect(await ended).toMatchObject({ message: expect.stringContaining('has gone') })
  })

  it('hears after five seconds that it took too long', async () => {
    const { run, ended } = working()
    await using service = await serving(on(deleteTag, run, noContent))
    const answer = await service.send(`/tags/${id}`, { method: 'DELETE' })
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1'])
    expect(await ended).toMatchObject({ message: expect.stringContaining('took too long') })
  }, 15_000)
})

describe('a bug while a body streams in', () => {
  it('is a 500, and the process goes on', async () => {
    const broken = on(
      importResources,
      async ({ stream }) => {
        for await (const _ of stream) throw new TypeError('select secret')
      },
      ok,
    )
    await using service = await serving(broken, listing)
    const answer = await service.send('/imports/resources?name=a&barcode=b', {
      method: 'POST',
      headers: { 'Content-Type': 'text/csv' },
      body: 'a,b',
    })
    expect(answer.status).toBe(500)
    expect((await service.send('/tags')).status).toBe(200)
  })
})

describe('the connection of a refused request', () => {
  const connectionAfter = async (init: RequestInit, path = '/tags') => {
    await using service = await serving(creating, listing)
    return (await service.send(path, init)).headers.get('connection')
  }

  it('stays when no body was announced', async () => {
    expect(await connectionAfter({}, '/nothing')).toBe('keep-alive')
    expect(await connectionAfter({ headers: { [STATEMENT_HEADER]: 'nobody' } })).toBe('keep-alive')
    expect(await connectionAfter({}, '/tags?unknown=1')).toBe('keep-alive')
  })

  it('stays when the body was read', async () => {
    expect(await connectionAfter({ method: 'POST', headers: json, body: '{}' })).toBe('keep-alive')
  })

  it('stays when the rest of the body can be passed over, and serves the next request', async () => {
    await using service = await serving(creating)
    const socket = connect(service.port, '127.0.0.1')
    const next = 'GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'
    socket.write('POST /tags HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{"na')
    setImmediate(() => socket.write(`me":1}${next}`))
    const answers = String(Buffer.concat(await Array.fromAsync(socket)))
    expect(answers.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 401', 'HTTP/1.1 200'])
  })

  it('is closed when the rest of the body does not come', async () => {
    await using service = await serving(creating)
    const socket = connect(service.port, '127.0.0.1')
    socket.write('POST /tags HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{"na')
    const answer = String(Buffer.concat(await Array.fromAsync(socket)))
    expect(answer).toMatch(/^HTTP\/1\.1 401 [^]*Connection: close/)
  })
})

describe('a large body that is refused while it is being sent', () => {
  /** Reads nothing before it has sent everything, as plain clients do. */
  async function sendAll(port: number, lines: string[], body: Buffer) {
    const socket = connect(port, '127.0.0.1').pause()
    const head = [...lines, 'Host: x', `${STATEMENT_HEADER}: staff`, 'Connection: close', '', ''].join('\r\n')
    socket.write(head)
    await new Promise((resolve) => socket.write(body, resolve))
    return String(Buffer.concat(await Array.fromAsync(socket)))
  }
  const importing = on(
    importResources,
    async ({ stream }) => {
      for await (const _ of stream) throw invalid([{ line: 1, detail: 'Bad.' }])
    },
    ok,
  )
  const csv = Buffer.alloc(8 * 1024 * 1024, 'x')
  const path = '/imports/resources?name=a&barcode=b'

  it('hears why', async () => {
    await using service = await serving(importing)
    const lines = [`POST ${path} HTTP/1.1`, 'Content-Type: text/csv', `Content-Length: ${csv.length}`]
    for (let time = 0; time < 5; time++) {
      expect(await sendAll(service.port, lines, csv)).toMatch(/^HTTP\/1\.1 400 [^]*"line":1/)
    }
  })

  it('hears why when it grew beyond the limit in chunks', async () => {
    await using service = await serving(creating)
    const size = 2 * 1024 * 1024
    const lines = ['POST /tags HTTP/1.1', 'Content-Type: application/json', 'Transfer-Encoding: chunked']
    const chunked = Buffer.from(`${size.toString(16)}\r\n${' '.repeat(size)}\r\n0\r\n\r\n`)
    expect(await sendAll(service.port, lines, chunked)).toMatch(/^HTTP\/1\.1 413 /)
  })
})

describe('closing', () => {
  /** A route that answers when told to. */
  function held() {
    const asked = Promise.withResolvers<undefined>()
    const told = Promise.withResolvers<undefined>()
    const route = on(
      deleteTag,
      () => {
        asked.resolve(undefined)
        return told.promise
      },
      noContent,
    )
    return {
      route,
      asked: asked.promise,
      answer: () => {
        told.resolve(undefined)
      },
    }
  }

  it('answers what is running, and keeps no connection for the keep-alive time', async () => {
    const { route, asked, answer } = held()
    const service = await serving(route)
    const running = service.send(`/tags/${id}`, { method: 'DELETE' })
    await asked
    const closed = service.close()
    answer()
    expect((await running).status).toBe(204)
    const answered = performance.now()
    await closed
    expect(performance.now() - answered).toBeLessThan(20_000)
  })

  it('begins with leaving: not ready, and whoever comes is answered and told to connect anew', async () => {
    const { route, asked, answer } = held()
    await using service = await serving(route, listing)
    const running = service.send(`/tags/${id}`, { method: 'DELETE' })
    await asked
    service.leave()
    expect((await service.send('/health/ready')).status).toBe(503)
    expect((await service.send('/health/live')).status).toBe(200)
    const late = await service.send('/tags')
    expect([late.status, late.headers.get('connection')]).toEqual([200, 'close'])
    answer()
    expect((await running).headers.get('connection')).toBe('close')
  })

  it('takes no new connection', async () => {
    const { route, asked, answer } = held()
    const service = await serving(route)
    const running = service.send(`/tags/${id}`, { method: 'DELETE' })
    await asked
    const closed = service.close()
    const [refusal] = (await once(connect(service.port, '127.0.0.1'), 'error')) as [NodeJS.ErrnoException]
    expect(refusal.code).toBe('ECONNREFUSED')
    answer()
    await running
    await closed
  })

  it('cuts off what does not end', async () => {
    const server = createServer(() => undefined)
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const running = fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    const cut = expect(running).rejects.toThrow()
    await once(server, 'request')
    await closeGently(server, 100)
    await cut
  })
})
