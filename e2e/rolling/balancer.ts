import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

import { type App, APPS, type Ports } from '@kitroom/local'

/** In front of the processes of all services, as the Services of Kubernetes are. */
export interface Balancer extends AsyncDisposable {
  ports: Ports
  /** How many processes of a service are asked to do anything now. */
  readyOf: (app: App) => number
  /** Asks every process of a service by itself. Returns the statuses. */
  askAll: (app: App, path: string) => Promise<(number | 'refused' | 'late')[]>
}

interface Instance {
  ports: { http: number; grpc: number }
  ready: boolean
}

const LOOK_MS = 200

/**
 * Spreads connections, not requests, over the processes that say they are ready, and looks every 200 ms. A connection
 * that stands is left alone, whatever becomes of its process.
 */
export async function startBalancer(all: readonly Ports[]): Promise<Balancer> {
  await using parts = new AsyncDisposableStack()
  const stopping = new AbortController()
  const instances = (app: App) => found.get(app) ?? []
  const found = new Map(
    APPS.map((app) => [app, all.map((own): Instance => ({ ports: own[app], ready: false }))]),
  )
  const ports = {} as Ports
  for (const app of APPS) {
    const http = parts.use(await spread(() => addressesOf(instances(app), 'http')))
    const grpc = parts.use(await spread(() => addressesOf(instances(app), 'grpc')))
    ports[app] = { http: http.port, grpc: grpc.port }
    for (const instance of instances(app)) void watch(app, instance, stopping.signal)
  }
  parts.defer(() => stopping.abort())
  const running = parts.move()
  return {
    ports,
    askAll: (app, path) => Promise.all(instances(app).map(({ ports: own }) => statusOf(own.http, path))),
    readyOf: (app) => instances(app).filter(({ ready }) => ready).length,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}

const addressesOf = (instances: readonly Instance[], kind: 'http' | 'grpc') =>
  instances.filter(({ ready }) => ready).map(({ ports }) => ports[kind])

async function watch(app: App, instance: Instance, signal: AbortSignal): Promise<void> {
  // A gateway's own /health/ready is about its neighbours too.
  const path = app === 'gateway' ? '/health' : '/health/ready'
  while (!signal.aborted) {
    const status = await statusOf(instance.ports.http, path)
    // One that is slow to answer is left where it is.
    if (status !== 'late') instance.ready = status === 200
    await pause(LOOK_MS)
  }
}

async function statusOf(port: number, path: string): Promise<number | 'refused' | 'late'> {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { signal: AbortSignal.timeout(2_000) })
    await answer.body?.cancel()
    return answer.status
  } catch (error) {
    return error instanceof DOMException && error.name === 'TimeoutError' ? 'late' : 'refused'
  }
}

/** Connects whoever comes to one of these ports after the other. */
async function spread(choices: () => number[]): Promise<{ port: number } & AsyncDisposable> {
  const open = new Set<Socket>()
  let turn = 0
  const server: Server = createServer({ allowHalfOpen: true }, (client) => {
    const ready = choices()
    const port = ready[turn++ % ready.length]
    if (port === undefined) {
      client.resetAndDestroy()
      return
    }
    const service = connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true })
    for (const [one, other] of [
      [client, service],
      [service, client],
    ] as const) {
      open.add(one)
      one.on('error', () => other.destroy())
      one.on('close', () => {
        open.delete(one)
        other.destroy()
      })
      one.pipe(other)
    }
    client.setNoDelay(true)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      server.close()
      for (const socket of open) socket.destroy()
      await once(server, 'close')
    },
  }
}
