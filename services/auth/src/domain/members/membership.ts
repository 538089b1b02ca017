import type { Role } from './role.ts'

interface Place {
  orgId: string
  userId: string
  homeOrgId: string
}

/** That an account belongs, or once belonged, to an organisation. It stays when the last role is taken. */
export class Membership {
  readonly orgId: string
  readonly userId: string
  readonly homeOrgId: string
  readonly createdAt: Date
  updatedAt: Date
  readonly version!: number

  constructor({ orgId, userId, homeOrgId }: Place, at: Date) {
    this.orgId = orgId
    this.userId = userId
    this.homeOrgId = homeOrgId
    this.createdAt = at
    this.updatedAt = at
  }
}

/** One role of one member. */
export class UserRole {
  readonly id: string
  readonly orgId: string
  readonly userId: string
  readonly role: Role
  readonly createdAt: Date

  constructor(id: string, { orgId, userId }: Pick<Place, 'orgId' | 'userId'>, role: Role, at: Date) {
    this.id = id
    this.orgId = orgId
    this.userId = userId
    this.role = role
    this.createdAt = at
  }
}
