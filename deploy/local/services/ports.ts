import { once } from 'node:events'
import { createServer } from 'node:net'

import { freePorts } from '@kitroom/local-servers'

import { type App, APPS } from './services.ts'

export type Ports = Record<App, { http: number; grpc: number }>

/** Free ports for each process of every service, chosen together so that none is given twice; the first gateway's may be given. */
export async function instancePorts(gateway: number, count: number): Promise<[Ports, ...Ports[]]> {
  const free = await freePorts(count * 2 * APPS.length)
  const next = () => free.pop() as number
  const choose = () => Object.fromEntries(APPS.map((app) => [app, { http: next(), grpc: next() }])) as Ports
  const first = choose()
  const others = Array.from({ length: count - 1 }, choose)
  return [gateway === 0 ? first : { ...first, gateway: { ...first.gateway, http: gateway } }, ...others]
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
