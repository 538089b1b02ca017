import { changedPolicy, type LendingPolicy, type PolicyChange } from './lending-policy.ts'

export interface OrganizationChange {
  name?: string | undefined
  timezone?: string | undefined
  policy?: PolicyChange | undefined
}

interface NewOrganization {
  id: string
  name: string
  timezone: string
  policy: LendingPolicy
}

/** A university, or whoever else lends equipment: the tenant. Its id is what every other row calls `org_id`. */
export class Organization {
  readonly id: string
  name: string
  /** IANA name. */
  timezone: string
  /** ISO 4217; amounts already stored are in it, so it never changes. */
  readonly currency: string
  policy: LendingPolicy
  readonly createdAt: Date
  updatedAt: Date
  readonly version!: number

  constructor({ id, name, timezone, policy }: NewOrganization, at: Date) {
    this.id = id
    this.name = name
    this.timezone = timezone
    this.currency = 'EUR'
    this.policy = policy
    this.createdAt = at
    this.updatedAt = at
  }

  /** Changes what is named; members of the policy that are left out keep their value, also inside its groups. */
  change({ name, timezone, policy }: OrganizationChange, at: Date): void {
    if (name !== undefined) this.name = name
    if (timezone !== undefined) this.timezone = timezone
    if (policy !== undefined) this.policy = changedPolicy(this.policy, policy)
    this.updatedAt = at
  }
}
