import type {
  Account as AccountView,
  KeySet,
  Organization as OrganizationView,
  Origin,
  Page,
  Paging,
  Role,
  User,
} from '@kitroom/contracts'

import type { Member } from '../domain/members/member.ts'
import type { UserRole } from '../domain/members/membership.ts'
import type { Organization } from '../domain/organization.ts'
import type { RefreshToken } from '../domain/sessions/refresh-token.ts'
import type { Session } from '../domain/sessions/session.ts'

/** Makes a UUIDv7. */
export type NewId = () => string

/** Runs one use case's work in one transaction of one organisation. */
export type InTransaction = <T>(origin: Origin, work: (stores: Stores) => Promise<T>) => Promise<T>

/** What a use case works with inside its transaction; all of it sees one organisation only. */
export interface Stores {
  /** The database's clock when the transaction began. */
  now: Date
  organizations: Organizations
  members: Members
  sessions: Sessions
}

export interface Organizations {
  /** The organisation of the transaction, locked for change. */
  forChange: () => Promise<Organization | undefined>
  add: (organization: Organization) => Promise<void>
}

export interface Members {
  /** A member of the organisation, locked for change. */
  forChange: (userId: string) => Promise<Member | undefined>
  /** Keeps a new account with its password, and its first membership. */
  add: (member: Member, passwordHash: string) => Promise<void>
  /**
   * Gives an account of another organisation, or one that lost its last role here, roles in this one.
   * @throws Failure already-exists when it holds a role here
   */
  admit: (known: KnownAccount, roles: readonly Role[], at: Date) => Promise<Member>
  keepRoles: (change: { given: readonly UserRole[]; taken: readonly UserRole[] }) => void
  /**
   * True when, after what this transaction did so far, this organisation or one in which the user is an admin has no
   * active admin. Until the transaction ends nobody else gets an answer, so two admins cannot remove each other (AUT-16).
   */
  anyWithoutAdmin: (userId: string) => Promise<boolean>
}

export interface Sessions {
  /** Waits for a change of the account's activity that is under way. */
  isActive: (userId: string) => Promise<boolean>
  open: (session: Session, token: RefreshToken) => Promise<void>
  /** A session, locked, so that those who refresh it take turns. */
  forChange: (sessionId: string) => Promise<Session | undefined>
  /** The active sessions of a user, locked. */
  activeOf: (userId: string) => Promise<Session[]>
  token: (digest: string) => Promise<RefreshToken | undefined>
  /** The token last given for this one. */
  successorOf: (token: RefreshToken) => Promise<RefreshToken | undefined>
  addToken: (token: RefreshToken) => void
  replacePassword: (userId: string, hash: string) => Promise<void>
}

/** Where to find an account. */
export interface KnownAccount {
  userId: string
  /** Its home. */
  orgId: string
}

export interface Credentials extends KnownAccount {
  isActive: boolean
  passwordHash: string
}

/** What the gateway must know of a caller. */
export interface CallerFacts {
  sessionActive: boolean
  userActive: boolean
  roles: Role[]
}

/** The few questions that no single organisation can answer; see docs/decisions/0006. */
export interface Directory {
  credentialsOf: (email: string) => Promise<Credentials | undefined>
  accountWith: (email: string) => Promise<KnownAccount | undefined>
  /** The account and its organisations, as its owner sees them. */
  accountView: (userId: string) => Promise<AccountView | undefined>
  /** The session a refresh token belongs to. */
  sessionOf: (tokenDigest: string) => Promise<(KnownAccount & { sessionId: string }) | undefined>
  homeOf: (userId: string) => Promise<string | undefined>
  /**
   * What sessions may do, in their order; nothing where an id is unknown.
   * @param orgId undefined where no organisation is named
   */
  callers: (
    sessions: readonly { userId: string; sessionId: string }[],
    orgId: string | undefined,
  ) => Promise<CallerFacts[]>
}

/** Which members to list, and how. */
export interface MemberQuery extends Paging {
  q?: string | undefined
  role?: Role | undefined
  is_active?: boolean | undefined
}

/** Reads within one organisation, in the form clients see. */
export interface Reads {
  organization: (orgId: string) => Promise<OrganizationView | undefined>
  member: (orgId: string, userId: string) => Promise<User | undefined>
  members: (orgId: string, query: MemberQuery) => Promise<Page<User>>
  membersById: (orgId: string, userIds: readonly string[]) => Promise<User[]>
}

export interface Passwords {
  /** True for one of those that everybody tries first. */
  isCommon: (password: string) => boolean
  hash: (password: string) => Promise<string>
  /** Takes as long without a hash as with one, and is then false. */
  verify: (hash: string | undefined, password: string) => Promise<boolean>
  /** True when the hash was made with weaker parameters than today's. */
  isOutdated: (hash: string) => boolean
}

export interface LoginAttempt {
  email: string
  address: string
}

export interface LoginLimits {
  /**
   * Lets attempts at one account from one address come one after the other, so that each sees what became of those
   * before it: otherwise many guesses at once are all judged before the first is counted (AUT-13).
   */
  inTurn: <T>(attempt: LoginAttempt, work: () => Promise<T>) => Promise<T>
  /** @throws Failure rate-limited */
  check: (attempt: LoginAttempt) => Promise<void>
  /** Counts a failure. @throws Failure rate-limited when there were enough already */
  failed: (attempt: LoginAttempt) => Promise<void>
  succeeded: (attempt: LoginAttempt) => Promise<void>
}

export type AccessRefusal =
  | 'unknown-email'
  | 'wrong-password'
  | 'inactive-account'
  | 'too-many-failures'
  | 'unknown-token'
  | 'token-reused'
  | 'session-over'

/** What happened at the door, for whoever watches it: more than the person there is told (AUT-19). */
export interface AccessNote {
  event: 'signed in' | 'sign-in refused' | 'refresh refused'
  reason?: AccessRefusal
  /** Never the e-mail: people type passwords into the wrong field. */
  userId?: string
  orgId?: string
  address: string
  requestId: string
}

/** A new refresh token, and what may be kept of it. */
export interface RefreshSecret {
  token: string
  digest: string
}

export interface Tokens {
  newRefreshSecret: () => RefreshSecret
  digestOf: (token: string) => string
  accessToken: (userId: string, sessionId: string) => Promise<{ token: string; expiresIn: number }>
  keySet: () => Promise<KeySet>
}

export interface Ports {
  inTransaction: InTransaction
  newId: NewId
  directory: Directory
  reads: Reads
  passwords: Passwords
  limits: LoginLimits
  tokens: Tokens
  note: (note: AccessNote) => void
}
