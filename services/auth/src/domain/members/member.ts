import { Failure } from '@kitroom/errors'

import type { Account } from './account.ts'
import { type Membership, UserRole } from './membership.ts'
import { type Role, ROLES } from './role.ts'

/** What an administrator wants changed; what is left out stays. */
export interface MemberChange {
  fullName?: string | undefined
  isActive?: boolean | undefined
  roles?: readonly Role[] | undefined
}

/** What a change did, for whoever keeps it and for the rules that look beyond one member. */
export interface MemberChanged {
  given: UserRole[]
  taken: UserRole[]
  deactivated: boolean
}

/** An account as one organisation sees it: the person, and the roles they hold there. */
export class Member {
  readonly account: Account
  readonly membership: Membership
  assigned: UserRole[]

  constructor(account: Account, membership: Membership, assigned: readonly UserRole[]) {
    this.account = account
    this.membership = membership
    this.assigned = [...assigned]
  }

  get id(): string {
    return this.account.id
  }

  get roles(): Role[] {
    return ROLES.filter((role) => this.assigned.some((held) => held.role === role))
  }

  /**
   * Rises by one with each change of the account, of the roles here, or of both at once. Both parts only rise, so their
   * sum never comes back to a value it had; a change of roles elsewhere leaves it alone.
   */
  get version(): number {
    return this.account.version + this.membership.version - 1
  }

  /** @throws Failure forbidden when another organisation than its home would change the account itself */
  change(change: MemberChange, at: Date, newId: () => string): MemberChanged {
    const { changed, deactivated } = this.changeAccount(change, at)
    const { given, taken } = this.assign(change.roles ?? this.roles, at, newId)
    // The account has risen already, and its version counts here too.
    if (!changed && given.length + taken.length > 0) this.membership.updatedAt = at
    return { given, taken, deactivated }
  }

  /** Replaces the roles here; those that stay are the same as before. */
  assign(roles: readonly Role[], at: Date, newId: () => string): Pick<MemberChanged, 'given' | 'taken'> {
    const taken = this.assigned.filter((held) => !roles.includes(held.role))
    const given = roles
      .filter((role) => !this.roles.includes(role))
      .map((role) => new UserRole(newId(), this.membership, role, at))
    this.assigned = [...this.assigned.filter((held) => !taken.includes(held)), ...given]
    return { given, taken }
  }

  private changeAccount(
    { fullName, isActive }: MemberChange,
    at: Date,
  ): { changed: boolean; deactivated: boolean } {
    const { account } = this
    const before = { fullName: account.fullName, isActive: account.isActive }
    const after = { fullName: fullName ?? before.fullName, isActive: isActive ?? before.isActive }
    if (before.fullName === after.fullName && before.isActive === after.isActive) {
      return { changed: false, deactivated: false }
    }
    if (account.orgId !== this.membership.orgId) {
      throw new Failure(
        'forbidden',
        'The name and activity of this account are changed by administrators of its home organisation; here only its roles can be changed.',
      )
    }
    Object.assign(account, after, { updatedAt: at })
    return { changed: true, deactivated: before.isActive && !after.isActive }
  }
}
