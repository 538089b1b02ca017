interface NewAccount {
  id: string
  orgId: string
  email: string
  fullName: string
}

/**
 * A person's account: one for the whole installation, kept by the organisation it was made in, its home.
 * The password's hash is not part of it, so that nothing which shows an account can show the hash.
 */
export class Account {
  readonly id: string
  /** The home organisation: the only one that may change the account itself. */
  readonly orgId: string
  readonly email: string
  fullName: string
  isActive: boolean
  readonly createdAt: Date
  updatedAt: Date
  readonly version!: number

  constructor({ id, orgId, email, fullName }: NewAccount, at: Date) {
    this.id = id
    this.orgId = orgId
    this.email = email
    this.fullName = fullName
    this.isActive = true
    this.createdAt = at
    this.updatedAt = at
  }
}
