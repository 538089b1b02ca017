import { Failure } from '@kitroom/errors'

/** What a rule allows and what was asked for, as a client reads it; `rule` is the rule's path in the policy. */
export interface BrokenRule {
  rule: string
  limit: unknown
  actual: unknown
  [fact: string]: unknown
}

/** The failure for what a rule of the organisation does not allow. */
export const brokenRule = (detail: string, facts: BrokenRule): Failure =>
  new Failure('policy-violated', detail, { facts })
