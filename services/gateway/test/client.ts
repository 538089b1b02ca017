import { type IncomingHttpHeaders, request as send } from 'node:http'
import { connect } from 'node:net'

/** What is looked at in a JSON body, most often a problem document. */
export interface Body {
  [member: string]: unknown
  code?: unknown
  status?: unknown
  detail?: unknown
  services?: unknown
  request_id?: unknown
}

export interface Answer {
  status: number
  headers: IncomingHttpHeaders
  rawHeaders: string[]
  text: string
  /** The body as JSON; empty when it is something else. */
  body: Body
}

export interface Asked {
  method?: string
  path: string
  token?: string | undefined
  org?: string | undefined
  headers?: Record<string, string | string[]>
  body?: string | Buffer
}

/** Sends one request on a connection of its own. A content-length without a body announces one that never comes. */
export function ask(
  port: number,
  { method = 'GET', path, token, org, headers, body }: Asked,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = send(
      {
        port,
        host: '127.0.0.1',
        agent: false,
        method,
        path,
        headers: {
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...(org === undefined ? {} : { 'x-org-id': org }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
      },
      (response) => {
        response.toArray().then((chunks: Buffer[]) => {
          outgoing.destroy()
          const text = Buffer.concat(chunks).toString()
          const isJson = response.headers['content-type']?.includes('json') ?? false
          const { statusCode: status = 0, rawHeaders } = response
          resolve({
            status,
            headers: response.headers,
            rawHeaders,
            text,
            body: isJson && text !== '' ? JSON.parse(text) : {},
          })
        }, reject)
      },
    )
    outgoing.on('error', reject)
    if (body !== undefined) outgoing.end(body)
    else if (headers?.['content-length'] === undefined) outgoing.end()
    else outgoing.flushHeaders()
  })
}

/** How long an answer may take to begin, whatever else the machine does. */
const BEGINS_WITHIN_MS = 15_000

/** Writes bytes as they are and gives back all the bytes that come until the other side closes, or falls silent again. */
export function raw(port: number, text: string, silentMs = 500): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text))
    let heard = ''
    socket.setTimeout(BEGINS_WITHIN_MS, () => socket.destroy())
    socket.once('data', () => socket.setTimeout(silentMs))
    socket.on('data', (chunk) => (heard += chunk.toString()))
    socket.on('close', () => resolve(heard))
    socket.on('error', reject)
  })
}

/** The problem document at the end of a raw answer. */
export const problemIn = (answer: string): Body => JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4))
