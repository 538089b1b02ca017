import { EntitySchema } from '@mikro-orm/core'

import { Account } from '../../domain/members/account.ts'
import { Membership, UserRole } from '../../domain/members/membership.ts'
import { Organization } from '../../domain/organization.ts'
import { RefreshToken } from '../../domain/sessions/refresh-token.ts'
import { Session } from '../../domain/sessions/session.ts'

const uuid = { type: 'uuid' } as const
const text = { type: 'text' } as const
const instant = { type: 'datetime', columnType: 'timestamptz(3)' } as const
const version = { type: 'integer', version: true } as const

const OrganizationMapping = new EntitySchema<Organization>({
  class: Organization,
  tableName: 'organization',
  properties: {
    id: { ...uuid, primary: true },
    name: text,
    timezone: text,
    currency: text,
    policy: { type: 'json', columnType: 'jsonb' },
    version,
    createdAt: instant,
    updatedAt: instant,
  },
})

const AccountMapping = new EntitySchema<Account>({
  class: Account,
  tableName: 'app_user',
  properties: {
    id: { ...uuid, primary: true },
    orgId: uuid,
    email: text,
    fullName: text,
    isActive: { type: 'boolean' },
    version,
    createdAt: instant,
    updatedAt: instant,
  },
})

/** The key is (org_id, user_id); within a transaction only one organisation's rows are seen. */
const MembershipMapping = new EntitySchema<Membership>({
  class: Membership,
  tableName: 'membership',
  properties: {
    userId: { ...uuid, primary: true },
    orgId: uuid,
    homeOrgId: uuid,
    version,
    createdAt: instant,
    updatedAt: instant,
  },
})

const UserRoleMapping = new EntitySchema<UserRole>({
  class: UserRole,
  tableName: 'user_role',
  properties: { id: { ...uuid, primary: true }, orgId: uuid, userId: uuid, role: text, createdAt: instant },
})

const SessionMapping = new EntitySchema<Session>({
  class: Session,
  tableName: 'session',
  properties: {
    id: { ...uuid, primary: true },
    orgId: uuid,
    userId: uuid,
    status: text,
    ending: { ...text, nullable: true },
    createdAt: instant,
    expiresAt: instant,
    endedAt: { ...instant, nullable: true },
  },
})

const RefreshTokenMapping = new EntitySchema<RefreshToken>({
  class: RefreshToken,
  tableName: 'refresh_token',
  properties: {
    id: { ...uuid, primary: true },
    orgId: uuid,
    sessionId: uuid,
    parentId: { ...uuid, nullable: true },
    digest: text,
    createdAt: instant,
    expiresAt: instant,
    usedAt: { ...instant, nullable: true },
    replacedAt: { ...instant, nullable: true },
  },
})

export const entities = [
  OrganizationMapping,
  AccountMapping,
  MembershipMapping,
  UserRoleMapping,
  SessionMapping,
  RefreshTokenMapping,
]
