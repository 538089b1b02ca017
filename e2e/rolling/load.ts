import { randomUUID } from 'node:crypto'
import { Agent, request } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'

import { seededRandom } from '@kitroom/testing'

import { type Answer, patiently, type Person, signedInAgain } from '../client.ts'

/** What became of one request; without a status it had no answer. */
export interface Outcome {
  what: string
  key: string
  status?: number
  retryAfter?: string | undefined
  detail: string
  ms: number
}

export interface Load {
  /** Ends it and waits for the last answers. */
  stop: () => Promise<Outcome[]>
}

interface Wish {
  method: string
  path: string
  body?: object
  key?: string
}

const HOUR = 3_600_000
/** Half of the time for which a token is good. */
const SIGN_IN_MS = 300_000
const random = seededRandom()

/** A request to read, to book or to look at the audit, as they come in a working day. */
function wish(resources: readonly string[], booking: string): Wish {
  const chance = random.next()
  if (chance < 0.3) return { method: 'GET', path: '/resources?limit=20' }
  if (chance < 0.45) return { method: 'GET', path: '/bookings?limit=20' }
  if (chance < 0.55) return { method: 'GET', path: '/users?limit=20' }
  if (chance < 0.65) return { method: 'GET', path: '/audit?limit=10' }
  if (chance < 0.8) {
    return { method: 'POST', path: `/bookings/${booking}/messages`, body: { text: randomUUID() } }
  }
  const start = Math.ceil(Date.now() / HOUR) * HOUR + (1 + random.below(2_000)) * HOUR
  const body = {
    start_at: new Date(start).toISOString(),
    end_at: new Date(start + HOUR).toISOString(),
    items: [{ resource_id: random.pick(resources), quantity: 1 }],
  }
  return { method: 'POST', path: '/bookings', key: randomUUID(), body }
}

/** Two who want the same unit at once is no failure; anything else but an answer is. */
export const isFailed = ({ what, status = 500 }: Outcome): boolean =>
  status >= 400 && !(what === 'POST /bookings' && status === 409)

/** Makes what the load asks for: lamps of so many units each, and a booking to write messages to. */
export async function stage(
  staff: Person,
  { lamps, units }: { lamps: number; units: number },
): Promise<{ resources: string[]; booking: string }> {
  const idOf = ({ status, body }: Answer) => {
    if (status !== 201) throw new Error(`The load has nothing to ask for: ${status} ${JSON.stringify(body)}`)
    return String(body['id'])
  }
  const resources = await Promise.all(
    Array.from({ length: lamps }, async () => {
      const made = await patiently(() => {
        const name = `Lamp ${randomUUID()}`
        const barcodes = Array.from({ length: units }, (_, unit) => ({ barcode: `${name} ${unit}` }))
        return staff.send('POST', '/resources', { body: { type: 'Light', name, units: barcodes } })
      })
      return idOf(made)
    }),
  )
  const inAWeek = Date.now() + 7 * 24 * HOUR
  const body = {
    start_at: new Date(inAWeek).toISOString(),
    end_at: new Date(inAWeek + HOUR).toISOString(),
    items: [{ resource_id: resources[0], quantity: 1 }],
  }
  const key = randomUUID()
  return { resources, booking: idOf(await patiently(() => staff.send('POST', '/bookings', { key, body }))) }
}

/**
 * Sends so many requests a second, whether or not the ones before were answered, and repeats none. Connections are kept
 * and given up when they were idle for a second, as by a router in front.
 */
export async function startLoad(
  url: string,
  who: Person,
  { resources, booking, perSecond }: { resources: readonly string[]; booking: string; perSecond: number },
): Promise<Load> {
  console.info(`Requests of seed ${random.seed}.`)
  const agent = new Agent({ keepAlive: true, timeout: 1_000 })
  let signed = await signedInAgain(url, who)
  const outcomes: Promise<Outcome>[] = []
  const stopping = new AbortController()
  const began = Date.now()
  const signInAgain = async () => {
    // Whoever signs in may meet a service that restarts, too, and comes back.
    const again = await signedInAgain(url, who).catch(() => undefined)
    if (again !== undefined) signed = again
    else if (!stopping.signal.aborted) await pause(1_000).then(signInAgain)
  }
  const signingIn = setInterval(() => void signInAgain(), SIGN_IN_MS)
  const going = (async () => {
    while (!stopping.signal.aborted) {
      const due = ((Date.now() - began) * perSecond) / 1_000
      while (outcomes.length < due) outcomes.push(send(url, signed, agent, wish(resources, booking)))
      await pause(1_000 / perSecond)
    }
  })()
  return {
    async stop() {
      clearInterval(signingIn)
      stopping.abort()
      await going
      const all = await Promise.all(outcomes)
      agent.destroy()
      return all
    },
  }
}

function send(url: string, who: Person, agent: Agent, { method, path, body, key }: Wish): Promise<Outcome> {
  const began = performance.now()
  const text = body === undefined ? '' : JSON.stringify(body)
  const told = { what: `${method} ${path.replace(/[?].*|[0-9a-f-]{36}/g, '')}`, key: key ?? text }
  return new Promise((resolve) => {
    const failed = (error: NodeJS.ErrnoException) =>
      resolve({ ...told, detail: error.code ?? error.message, ms: performance.now() - began })
    const outgoing = request(`${url}${path}`, {
      method,
      agent,
      headers: {
        authorization: `Bearer ${who.token}`,
        'x-org-id': who.orgId,
        ...(key === undefined ? {} : { 'idempotency-key': key }),
        ...(text === ''
          ? {}
          : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
      },
      signal: AbortSignal.timeout(30_000),
    })
    outgoing.on('error', failed)
    outgoing.on('response', (response) => {
      response.toArray().then((chunks: Buffer[]) => {
        const detail = Buffer.concat(chunks).toString()
        const retryAfter = response.headers['retry-after']
        resolve({
          ...told,
          status: response.statusCode ?? 0,
          retryAfter,
          detail,
          ms: performance.now() - began,
        })
      }, failed)
    })
    outgoing.end(text)
  })
}
