import { createHash, timingSafeEqual } from 'node:crypto'

import type { register } from '@kitroom/contracts'
import { Failure, invalid } from '@kitroom/errors'
import { type Doorkeeper, type HandlerRequest, requireRole } from '@kitroom/http'

import type { UseCases } from '../use-cases/index.ts'

const sha256 = (text: string) => createHash('sha256').update(text).digest()

/** Takes the same time wherever the two differ (SEC-6). */
const isSame = (sent: string, token: string) => timingSafeEqual(sha256(sent), sha256(token))

/**
 * Lets in whoever has a bootstrap token, or is an admin. The endpoint is public, so it is judged here, and in the
 * contract's order before the body is: who may not register learns nothing of what would be wrong with it.
 */
export const registrationDoor =
  (bootstrapTokens: readonly string[]): Doorkeeper =>
  (headers, { visitor, caller }) => {
    const sent = headers['x-bootstrap-token']
    if (sent !== undefined) {
      if (bootstrapTokens.some((token) => isSame(String(sent), token))) return
      throw new Failure('unauthenticated', 'This is not the bootstrap token.')
    }
    if (visitor.userId === null) {
      throw new Failure('unauthenticated', 'Sign in as an admin, or send X-Bootstrap-Token.')
    }
    requireRole(memberAt(caller).roles, 'admin')
  }

/** One endpoint, two ways: whoever has a bootstrap token founds an organisation, an admin adds a member. */
export const registration =
  (auth: UseCases) =>
  async ({ headers, body, call, requestId }: HandlerRequest<typeof register>) => {
    if (headers['x-bootstrap-token'] !== undefined) {
      if (!('organization' in body))
        throw place('/organization', 'With X-Bootstrap-Token, name the organisation.')
      return auth.foundOrganization(body, requestId)
    }
    if ('organization' in body) {
      throw new Failure('unauthenticated', 'Only X-Bootstrap-Token founds an organisation.')
    }
    return auth.addMember(memberAt(call), body)
  }

/** @throws Failure org-header-invalid when the request named no organisation */
function memberAt<Who>(who: Who | undefined): Who {
  if (who === undefined) throw new Failure('org-header-invalid', 'Name an organisation in X-Org-Id.')
  return who
}

const place = (pointer: string, detail: string) => invalid([{ pointer, detail }])
