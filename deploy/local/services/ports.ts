import { once } from 'node:events'
import { createServer } from 'node:net'

import { freePorts } from '@kitroom/local-servers'

import { type App, APPS } from './services.ts'

export type Ports = Record<App, { http: number; grpc: number }>

/** Free ports for everybody; the gateway's may be given. */
export async function choosePorts(gateway: number): Promise<Ports> {
  const free = await freePorts(2 * APPS.length)
  const next = () => free.pop() as number
  const ports = Object.fromEntries(APPS.map((app) => [app, { http: next(), grpc: next() }])) as Ports
  return gateway === 0 ? ports : { ...ports, gateway: { ...ports.gateway, http: gateway } }
}

/** Ports for each process of every service; the gateway's may be given for the first. */
export async function instancePorts(gateway: number, count: number): Promise<[Ports, ...Ports[]]> {
  const others = Array.from({ length: count - 1 }, () => choosePorts(0))
  return [await choosePorts(gateway), ...(await Promise.all(others))]
}

/** @throws Error when somebody listens there, said now and not after everything else was started */
export async function requireFreePort(port: number): Promise<void> {
  const server = createServer()
  try {
    await once(server.listen(port, '127.0.0.1'), 'listening')
  } catch (cause) {
    throw new Error(
      `Port ${port} cannot be used (${String((cause as NodeJS.ErrnoException).code)}). Choose another: KITROOM_PORT=8090 npm start`,
      { cause },
    )
  }
  server.close()
  await once(server, 'close')
}
