import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'

/** TCP ports of the loopback interface that nobody uses at this moment; somebody may take one before you do. */
export async function freePorts(count: number): Promise<number[]> {
  // All are held at once, so that no port is given twice.
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'))
  await Promise.all(servers.map((server) => once(server, 'listening')))
  const ports = servers.map((server) => (server.address() as AddressInfo).port)
  await Promise.all(servers.map((server) => once(server.close(), 'close')))
  return ports
}

/** One such port. */
export async function freePort(): Promise<number> {
  const [port] = await freePorts(1)
  return port as number
}
