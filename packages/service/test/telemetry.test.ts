import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

import { afterEach, describe, expect, it } from '@jest/globals'

import { killAll, start } from './service-process.ts'

const preload = ['--import', fileURLToPath(new URL('../src/telemetry.ts', import.meta.url))]

afterEach(killAll)

async function runOnce(env: Record<string, string>): Promise<string> {
  const { child, says, output, exited } = start({ BEHAVIOUR: 'request itself', ...env }, preload)
  await says('"started"')
  child.kill('SIGTERM')
  expect(await exited).toBe(0)
  return output()
}

/** Takes what OTLP exporters send, as JSON text. */
async function receiver() {
  const received: string[] = []
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      received.push(body)
      response.setHeader('content-type', 'application/json').end('{}')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return { url: `http://127.0.0.1:${address.port}`, received, close: () => server.close() }
}

describe('the telemetry preload', () => {
  it('sends the spans of a request before the process ends, and names the trace in the log', async () => {
    const { url, received, close } = await receiver()
    const output = await runOnce({
      OTEL_EXPORTER_OTLP_ENDPOINT: url,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_METRICS_EXPORTER: 'none',
      OTEL_LOGS_EXPORTER: 'none',
      OTEL_SERVICE_NAME: 'fixture',
    })
    close()
    const served = received
      .join()
      .matchAll(/"kind":2.*?"http\.response\.status_code","value":\{"intValue":(\d+)/g)
    expect([...served].map(([, status]) => status)).toEqual(['201'])
    const traceId = /"traceId":"(\w{32})"/.exec(received.join())?.[1]
    expect(output).toContain(`"trace_id":"${traceId}"`)
  })

  it('lets the process end in time, and well, when the collector accepts and never answers', async () => {
    const silent = createServer(() => undefined)
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    try {
      const { port } = silent.address() as AddressInfo
      await runOnce({ OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` })
    } finally {
      silent.closeAllConnections()
      silent.close()
    }
  })

  it('lets the process end in time, and well, when there is no collector', async () => {
    await runOnce({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' })
  })

  it('does nothing without an endpoint', async () => {
    expect(await runOnce({})).toContain('"hooked":false')
  })

  it('does nothing when it is switched off', async () => {
    const output = await runOnce({
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1',
      OTEL_SDK_DISABLED: 'true',
    })
    expect(output).toContain('"hooked":false')
  })
})
