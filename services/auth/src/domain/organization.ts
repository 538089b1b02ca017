/** The rules an organisation sets for its lending, in the contract's own form: it is kept and shown as it is. */
export interface LendingPolicy {
  early_pickup_minutes: number
  fine: { unit: 'HOUR' | 'DAY'; amount_cents: number; grace_minutes: number; cap_cents: number }
}

type Partly<T> = { [Key in keyof T]?: T[Key] | undefined }

export interface OrganizationChange {
  name?: string | undefined
  timezone?: string | undefined
  policy?:
    (Partly<Omit<LendingPolicy, 'fine'>> & { fine?: Partly<LendingPolicy['fine']> | undefined }) | undefined
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

  /** Changes what is named; members of the policy that are left out keep their value, also inside `fine`. */
  change({ name, timezone, policy }: OrganizationChange, at: Date): void {
    if (name !== undefined) this.name = name
    if (timezone !== undefined) this.timezone = timezone
    if (policy !== undefined) {
      const { early_pickup_minutes = this.policy.early_pickup_minutes, fine = {} } = policy
      const present = this.policy.fine
      this.policy = {
        early_pickup_minutes,
        fine: {
          unit: fine.unit ?? present.unit,
          amount_cents: fine.amount_cents ?? present.amount_cents,
          grace_minutes: fine.grace_minutes ?? present.grace_minutes,
          cap_cents: fine.cap_cents ?? present.cap_cents,
        },
      }
    }
    this.updatedAt = at
  }
}
