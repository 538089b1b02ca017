import { Agent, type IncomingHttpHeaders, type IncomingMessage, request as nodeRequest } from 'node:http'

import type { Person } from './client.ts'
import { requireDocumented } from './documented.ts'

/** A request to the letter: what fetch would tidy up is sent as it is. */
export interface Letter {
  method: string
  /** Sent as it is, encoded or not. */
  path: string
  /** Names and values, of which any may be there twice. */
  headers?: readonly [name: string, value: string][]
  body?: string | Buffer | undefined
  /** Sends the body in chunks and says nothing of its length. */
  chunked?: boolean
}

export interface Heard {
  status: number
  headers: IncomingHttpHeaders
  text: string
}

const CHUNK = 64 * 1024

/** A client of one address that keeps a few connections. */
export function bareWire(url: string, connections = 8) {
  const { hostname, port } = new URL(url)
  const agent = new Agent({ keepAlive: true, maxSockets: connections })

  const send = ({ method, path, headers = [], body, chunked = false }: Letter): Promise<Heard> =>
    new Promise((resolve, reject) => {
      const length = body === undefined ? 0 : Buffer.byteLength(body)
      const framing = chunked ? ['Transfer-Encoding', 'chunked'] : ['Content-Length', String(length)]
      const lines = ['Host', `${hostname}:${port}`, ...headers.flat()]
      const hasLength = body !== undefined || method === 'POST' || method === 'PATCH'
      const outgoing = nodeRequest(
        { agent, hostname, port, method, path, headers: hasLength ? [...lines, ...framing] : lines },
        (incoming) => {
          read(incoming).then(resolve, reject)
        },
      )
      outgoing.once('error', reject)
      if (length <= CHUNK) outgoing.end(body)
      else writeUntilAnswered(outgoing, Buffer.from(body ?? ''))
    })

  return { send, close: () => agent.destroy() }
}

export type Wire = ReturnType<typeof bareWire>

/** The same of the gateway, which holds every answer to the document served there. */
export function wire(url: string, connections?: number): Wire {
  const { send, close } = bareWire(url, connections)
  return {
    async send(letter) {
      const heard = await send(letter)
      const { status, text, headers } = heard
      const header = (name: string) => headers[name.toLowerCase()]?.toString()
      await requireDocumented(url, { ...letter, status, text, header })
      return heard
    },
    close,
  }
}

async function read(incoming: IncomingMessage): Promise<Heard> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  return {
    status: incoming.statusCode ?? 0,
    headers: incoming.headers,
    text: Buffer.concat(chunks).toString(),
  }
}

/** Who is refused in the middle of a long body stops sending it, as clients do. */
function writeUntilAnswered(outgoing: ReturnType<typeof nodeRequest>, body: Buffer): void {
  let at = 0
  let isAnswered = false
  const write = () => {
    if (isAnswered || outgoing.destroyed) return
    const chunk = body.subarray(at, (at += CHUNK))
    if (at >= body.length) outgoing.end(chunk)
    else if (outgoing.write(chunk)) setImmediate(write)
    else outgoing.once('drain', write)
  }
  outgoing.once('response', (incoming: IncomingMessage) => {
    isAnswered = true
    incoming.once('end', () => outgoing.destroy())
  })
  write()
}

/** The two headers that say who is calling and about which organisation. */
export const credentialsOf = ({ token, orgId }: Pick<Person, 'token' | 'orgId'>): [string, string][] => [
  ['Authorization', `Bearer ${token}`],
  ['X-Org-Id', orgId],
]
