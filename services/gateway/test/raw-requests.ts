import { afterAll, beforeAll, beforeEach } from '@jest/globals'

import { type Answer, ask, raw } from './client.ts'
import { type Member, type RunningGateway, runningGateway } from './running-gateway.ts'

export const ORG = '0194aaaa-7c00-7000-8000-00000000000a'
export const ID = '0194cccc-7c00-7000-8000-00000000000c'

/** In the place of an access token: who writes has one only when the gateway runs. */
const TOKEN = 'TOKEN'

/** The head of a request of an admin of ORG, with the line between it and a body. */
export const head = (first: string, ...lines: readonly string[]): string =>
  [first, 'Host: lend.test', `Authorization: Bearer ${TOKEN}`, `X-Org-Id: ${ORG}`, ...lines, '\r\n'].join(
    '\r\n',
  )

export interface RawRequests {
  readonly gateway: RunningGateway
  /** Writes bytes as the admin. */
  exchange: (text: string, silentMs?: number) => Promise<string>
  /** A good request, on a connection of its own. */
  askForTags: (headers?: Record<string, string | string[]>) => Promise<Answer>
  /** What the services were asked since the test began, as `GET /tags`. */
  asked: () => string[]
}

/** A gateway for the tests of a file, to which requests are written byte by byte. */
export function rawRequests(): RawRequests {
  let gateway: RunningGateway
  let admin: Member
  beforeAll(async () => {
    gateway = await runningGateway()
    admin = await gateway.member(ORG, 'admin')
  })
  beforeEach(() => void (gateway.upstreams.seen.length = 0))
  afterAll(() => gateway[Symbol.asyncDispose]())
  return {
    get gateway() {
      return gateway
    },
    exchange: (text, silentMs) => raw(gateway.port, text.replaceAll(TOKEN, admin.token), silentMs),
    askForTags: (headers = {}) => ask(gateway.port, { path: '/tags', token: admin.token, org: ORG, headers }),
    asked: () => gateway.upstreams.seen.map(({ method, url }) => `${method} ${url}`),
  }
}
