import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { connect } from 'node:net'

import { natsAuthorization, type NatsUser } from '@kitroom/events'
import { startNats, startPostgres } from '@kitroom/local-servers'

import type { DataFolder } from '../system/data-folder.ts'
import type { Fleet } from './fleet.ts'

/** Adds our own PostgreSQL to the fleet; it comes back on the same port. */
export async function startPostgresServer(
  folder: DataFolder,
  fleet: Fleet,
  durable: boolean,
): Promise<string> {
  const options = { dataDir: folder.postgres, durable, onLog: logTo(folder.logOf('postgres')) }
  const first = await startPostgres(options)
  const again = () => startPostgres({ ...options, port: first.port })
  fleet.add([{ name: 'postgres', first, again, logFile: folder.logOf('postgres') }])
  return first.url
}

/** Where a user of the broker finds it, with the password when there is one. */
export type NatsUrls = (user: NatsUser) => string

/** Adds our own NATS server to the fleet, with a user for each service; it comes back on the same port. */
export async function startNatsServer(
  folder: DataFolder,
  fleet: Fleet,
  passwords: Record<NatsUser, string>,
): Promise<NatsUrls> {
  const authorization = natsAuthorization((user) => JSON.stringify(passwords[user]))
  const options = { dataDir: folder.nats, onLog: logTo(folder.logOf('nats')), authorization }
  const first = await startNats(options)
  const again = () => startNats({ ...options, port: first.port })
  fleet.add([{ name: 'nats', first, again, logFile: folder.logOf('nats') }])
  return (user) => `nats://${user}:${passwords[user]}@127.0.0.1:${first.port}`
}

/**
 * Asks somebody else's NATS server for the greeting it owes every client. All services use it as the one user of its URL.
 * @throws Error when there is none or it has no JetStream
 */
export async function requireJetStream(natsUrl: string): Promise<NatsUrls> {
  const { hostname, port } = new URL(natsUrl)
  const socket = connect(Number(port || 4222), hostname)
  socket.setTimeout(5_000, () => socket.destroy(new Error('no answer within 5 s')))
  try {
    const [greeting] = (await once(socket, 'data')) as [Buffer]
    if (greeting.includes('"jetstream":true')) return () => natsUrl
  } catch (cause) {
    throw new Error(`The NATS server of NATS_URL does not answer at ${hostname}:${port || 4222}.`, { cause })
  } finally {
    socket.destroy()
  }
  throw new Error('The NATS server of NATS_URL has no JetStream. Start it with: nats-server --jetstream')
}

function logTo(file: string): (line: string) => void {
  const log = createWriteStream(file, { flags: 'a' })
  return (line) => log.write(`${line}\n`)
}
