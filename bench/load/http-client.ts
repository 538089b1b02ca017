import { Agent, type IncomingMessage, request } from 'node:http'

export interface Sending {
  method?: string
  path: string
  headers?: Record<string, string>
  body?: string | Buffer
}

export interface Heard {
  status: number
  text: string
  /** From the first byte sent to the last one read, in milliseconds. */
  ms: number
}

/** A client of one address that keeps its connections. */
export interface HttpClient {
  send(sending: Sending): Promise<Heard>
  close(): void
}

export function httpClient(url: string, connections: number): HttpClient {
  const { hostname, port } = new URL(url)
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  return {
    send: ({ method = 'GET', path, headers = {}, body }) =>
      new Promise((resolve, reject) => {
        const began = performance.now()
        const length = body === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(body)) }
        const options = { agent, hostname, port, method, path, headers: { ...headers, ...length } }
        const outgoing = request(options, (incoming: IncomingMessage) => {
          let text = ''
          incoming.setEncoding('utf8')
          incoming.on('data', (piece: string) => (text += piece))
          incoming.on('error', reject)
          incoming.on('end', () =>
            resolve({ status: incoming.statusCode ?? 0, text, ms: performance.now() - began }),
          )
        })
        outgoing.on('error', reject)
        outgoing.end(body)
      }),
    close: () => agent.destroy(),
  }
}
