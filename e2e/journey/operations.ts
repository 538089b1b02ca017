import { type Endpoint, ENDPOINTS } from '@kitroom/contracts'

import { type Answer, request, type Sending } from '../client.ts'
import { filled } from '../samples.ts'

/** Who acts: a token, an organisation, or nobody. */
export interface Actor {
  token?: string
  orgId?: string
}

export interface Wish extends Omit<Sending, 'ifMatch'> {
  as?: Actor
  /** Of several in the path, in their order. */
  id?: string | readonly string[]
  query?: Record<string, string>
  ifMatch?: string
}

/** Operations by their names in the contract, and which of them have been done. */
export interface Operations {
  /** Does an operation and insists that it succeeds. */
  perform: <Body = { id: string; version: number }>(name: string, wish?: Wish) => Promise<Body>
  /** Does an operation and insists that it is refused like this. */
  refused: (code: string, name: string, wish?: Wish) => Promise<void>
  /** Every operation that writes and has not succeeded yet. */
  missing: () => string[]
  /** Every token that was handed out. */
  tokens: string[]
  /** Who sent each request, by its id; null where nobody was signed in. */
  senders: Map<string, string | null>
}

/** The user that an access token is of. */
const userOf = (token: string): string =>
  (JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as { sub: string }).sub

/** The operations of the contract at a gateway. */
export function operations(url: string): Operations {
  const done = new Set<string>()
  const tokens: string[] = []
  const senders = new Map<string, string | null>()

  const send = async (name: string, wish: Wish): Promise<{ endpoint: Endpoint; answer: Answer }> => {
    const endpoint = ENDPOINTS.find((candidate) => candidate.name === name)
    if (endpoint === undefined) throw new Error(`the contract has no ${name}`)
    const { as = {}, id = '', query, headers, ...sending } = wish
    const path = filled(endpoint.path, id)
    const answer = await request(
      url,
      endpoint.method,
      query === undefined ? path : `${path}?${new URLSearchParams(query).toString()}`,
      {
        ...sending,
        headers: {
          ...(as.token === undefined ? {} : { Authorization: `Bearer ${as.token}` }),
          ...(as.orgId === undefined ? {} : { 'X-Org-Id': as.orgId }),
          ...headers,
        },
      },
    )
    senders.set(answer.headers.get('x-request-id') ?? '', as.token === undefined ? null : userOf(as.token))
    return { endpoint, answer }
  }

  return {
    tokens,
    senders,
    async perform<Body>(name: string, wish: Wish = {}) {
      const { endpoint, answer } = await send(name, wish)
      if (!(answer.status in endpoint.replies)) {
        throw new Error(`${name}: ${answer.status} ${JSON.stringify(answer.body)}`)
      }
      done.add(name)
      const { access_token, refresh_token } = answer.body as Record<string, unknown>
      for (const token of [access_token, refresh_token]) if (typeof token === 'string') tokens.push(token)
      return answer.body as Body
    },
    async refused(code, name, wish = {}) {
      const { answer } = await send(name, wish)
      if ((answer.body as Record<string, unknown>)['code'] !== code)
        throw new Error(`${name}: ${JSON.stringify(answer.body)}`)
    },
    missing: () =>
      ENDPOINTS.filter(({ method, name }) => method !== 'GET' && !done.has(name)).map(({ name }) => name),
  }
}
