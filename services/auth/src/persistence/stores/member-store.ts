import { sql, type Transaction } from '@kitroom/database'
import { LockMode } from '@mikro-orm/core'

import { Account } from '../../domain/members/account.ts'
import { Member } from '../../domain/members/member.ts'
import { Membership, UserRole } from '../../domain/members/membership.ts'
import { roleFacts, userFacts } from '../../domain/members/user-facts.ts'
import type { Members, NewId } from '../../use-cases/ports.ts'
import { asJob } from '../as-job.ts'
import { alreadyMember } from './constraints.ts'

interface MemberStoreTools {
  orgId: string
  /** The role that sees every organisation. */
  job: string
  newId: NewId
}

/** The members of a transaction's organisation. */
export function memberStore(tx: Transaction, { orgId, job, newId }: MemberStoreTools): Members {
  const { em, query, changes, lock } = tx
  const locked = { lockMode: LockMode.PESSIMISTIC_WRITE } as const

  const membershipOf = (userId: string) => em.findOne(Membership, { userId }, locked)
  const rolesOf = (userId: string) => em.find(UserRole, { userId })
  const keepRoles: Members['keepRoles'] = ({ given, taken }) => {
    for (const role of given) {
      em.persist(role)
      changes.added('UserRole', role, roleFacts)
    }
    for (const role of taken) {
      changes.watch('UserRole', role, roleFacts)
      changes.removed(role)
      em.remove(role)
    }
  }

  return {
    keepRoles,
    async forChange(userId) {
      const membership = await membershipOf(userId)
      if (membership === null) return undefined
      // An account of another home is seen but not changed, and what cannot be changed cannot be locked.
      const account = await em.findOne(Account, { id: userId }, membership.homeOrgId === orgId ? locked : {})
      if (account === null) return undefined
      const member = new Member(account, membership, await rolesOf(userId))
      changes.watch('User', member, userFacts)
      return member
    },
    async add(member, passwordHash) {
      const { account, membership, assigned } = member
      changes.added('User', member, userFacts)
      em.persist(account)
      await em.flush()
      await query(
        sql`insert into password (org_id, user_id, hash) values (${orgId}, ${account.id}, ${passwordHash})`,
      )
      em.persist(membership)
      await em.flush()
      keepRoles({ given: assigned, taken: [] })
    },
    async admit({ userId, orgId: homeOrgId }, roles, at) {
      const before = await membershipOf(userId)
      if (before !== null && (await rolesOf(userId)).length > 0) throw alreadyMember()
      const membership = before ?? new Membership({ orgId, userId, homeOrgId }, at)
      membership.updatedAt = at
      em.persist(membership)
      await em.flush()
      const given = roles.map((role) => new UserRole(newId(), membership, role, at))
      keepRoles({ given, taken: [] })
      await em.flush()
      return new Member(await em.findOneOrFail(Account, { id: userId }), membership, given)
    },
    async anyWithoutAdmin(userId) {
      await em.flush()
      lock(['last-admin:installation'])
      const orphaned = await asJob(query, job, () =>
        query(sql`
          select from (
            select ${orgId}::uuid as org_id
            union select org_id from user_role where user_id = ${userId} and role = 'admin'
          ) as concerned
          where not exists (
            select from user_role held join app_user person on person.id = held.user_id
            where held.org_id = concerned.org_id and held.role = 'admin' and person.is_active)`),
      )
      return orphaned.length > 0
    },
  }
}
