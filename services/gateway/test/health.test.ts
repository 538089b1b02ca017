import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { until } from '@kitroom/testing'

import { ask } from './client.ts'
import { type RunningGateway, runningGateway } from './running-gateway.ts'

let gateway: RunningGateway

beforeAll(async () => {
  gateway = await runningGateway()
})
afterAll(() => gateway[Symbol.asyncDispose]())

const get = (path: string) => ask(gateway.port, { path })

describe('health', () => {
  it('is ok while every service is ready', async () => {
    expect((await get('/health')).body).toEqual({
      status: 'ok',
      services: { auth: 'ok', inventory: 'ok', booking: 'ok', audit: 'ok' },
    })
    expect(await get('/health/ready')).toMatchObject({ status: 200, body: { status: 'ok' } })
  })

  it('is degraded, and the gateway not ready, while one is not ready or does not answer', async () => {
    gateway.upstreams.unready.add('inventory')
    await gateway.upstreams.stop('audit')
    const { body, status } = await until(
      () => get('/health'),
      ({ body }) => body.status === 'degraded',
    )
    expect(status).toBe(200)
    expect(body.services).toEqual({
      auth: 'ok',
      inventory: 'unavailable',
      booking: 'ok',
      audit: 'unavailable',
    })
    const ready = await get('/health/ready')
    expect(ready.body).toMatchObject({
      status: 503,
      code: 'dependency-unavailable',
      detail: 'No answer from inventory, audit.',
    })
    expect(ready.headers['retry-after']).toBe('1')
    expect((await get('/health/live')).body).toEqual({ status: 'ok' })

    gateway.upstreams.unready.clear()
    await gateway.upstreams.start('audit')
    await until(
      () => get('/health/ready'),
      ({ status }) => status === 200,
    )
  })
})
