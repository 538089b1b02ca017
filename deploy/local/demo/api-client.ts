import { setTimeout as sleep } from 'node:timers/promises'

import { z } from 'zod'

/** What is read of any answer. */
const Answer = z.looseObject({ code: z.string().optional(), detail: z.string().optional() })
export type Answer = z.infer<typeof Answer>

/** A signed-in member of one organisation, acting through the REST API like anybody else. */
export interface Member {
  orgId: string
  userId: string
  token: string
}

interface Sending {
  as?: Member
  body?: unknown
  headers?: Record<string, string>
}

const WAITS = 60

/** Talks to the gateway: waits where it is told to, and stops at the first answer that is not expected. */
export function apiClient(url: string) {
  const send = async (method: string, path: string, { as, body, headers = {} }: Sending = {}) => {
    for (let wait = 0; ; wait++) {
      const response = await fetch(`${url}${path}`, {
        method,
        headers: {
          ...(as === undefined ? {} : { Authorization: `Bearer ${as.token}`, 'X-Org-Id': as.orgId }),
          ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      const retryAfter = Number(response.headers.get('Retry-After') ?? 1)
      if ((response.status === 429 || response.status === 503) && wait < WAITS) {
        await response.body?.cancel()
        await sleep(retryAfter * 1_000)
        continue
      }
      const text = await response.text()
      return { status: response.status, answer: Answer.parse(text === '' ? {} : JSON.parse(text)) }
    }
  }

  return {
    /** @returns the answer, or undefined when the thing already exists */
    async make(path: string, sending: Sending): Promise<Answer | undefined> {
      const { status, answer } = await send('POST', path, sending)
      if (status < 300) return answer
      if (answer.code === 'already-exists') return undefined
      throw new Error(
        `POST ${path} was answered ${status}: ${answer.detail ?? ''} ${JSON.stringify(sending.body)}`,
      )
    },
    async get(path: string, as: Member): Promise<Answer> {
      const { status, answer } = await send('GET', path, { as })
      if (status < 300) return answer
      throw new Error(`GET ${path} was answered ${status}: ${answer.detail ?? ''}`)
    },
    async signIn(email: string, password: string, organization: string): Promise<Member> {
      const { status, answer } = await send('POST', '/auth/login', { body: { email, password } })
      if (status !== 200) throw new Error(`${email} could not sign in: ${answer.detail ?? status}`)
      const { access_token, user } = SignedIn.parse(answer)
      const org = user.organizations.find(({ name }) => name === organization)
      if (org === undefined) throw new Error(`${email} is not a member of ${organization}.`)
      return { orgId: org.id, userId: user.id, token: access_token }
    },
  }
}
export type ApiClient = ReturnType<typeof apiClient>

const SignedIn = z.looseObject({
  access_token: z.string(),
  user: z.looseObject({
    id: z.string(),
    organizations: z.array(z.looseObject({ id: z.string(), name: z.string() })),
  }),
})
