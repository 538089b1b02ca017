import { createHash, timingSafeEqual } from 'node:crypto'

import type { register } from '@kitroom/contracts'
import { Failure, invalid } from '@kitroom/errors'
import { type HandlerRequest, requireRole } from '@kitroom/http'

import type { UseCases } from '../use-cases/index.ts'

const sha256 = (text: string) => createHash('sha256').update(text).digest()

/** Takes the same time wherever the two differ (SEC-6). */
const isSame = (sent: string, token: string) => timingSafeEqual(sha256(sent), sha256(token))

/**
 * One endpoint, two ways: whoever has a bootstrap token founds an organisation, an admin adds a member.
 * It is public, so who is at the door is judged here, in the contract's order.
 */
export const registration =
  (auth: UseCases, bootstrapTokens: readonly string[]) =>
  async ({ headers, body, visitor, call, requestId }: HandlerRequest<typeof register>) => {
    const sent = headers['x-bootstrap-token']
    if (sent !== undefined) {
      if (!bootstrapTokens.some((token) => isSame(sent, token)))
        throw new Failure('unauthenticated', 'This is not the bootstrap token.')
      if (!('organization' in body))
        throw place('/organization', 'With X-Bootstrap-Token, name the organisation.')
      return auth.foundOrganization(body, requestId)
    }
    if (visitor.userId === null) {
      throw new Failure('unauthenticated', 'Sign in as an admin, or send X-Bootstrap-Token.')
    }
    if (call === undefined) throw new Failure('org-header-invalid', 'Name an organisation in X-Org-Id.')
    requireRole(call.caller.roles, 'admin')
    if ('organization' in body) {
      throw new Failure('unauthenticated', 'Only X-Bootstrap-Token founds an organisation.')
    }
    return auth.addMember(call, body)
  }

const place = (pointer: string, detail: string) => invalid([{ pointer, detail }])
