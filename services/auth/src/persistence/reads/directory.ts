import type { Account } from '@kitroom/contracts'
import { type Database, type Sql, sql } from '@kitroom/database'

import type { CallerFacts, Credentials, Directory, KnownAccount } from '../../use-cases/ports.ts'

/**
 * Questions across organisations, asked as the job role: whose e-mail, token or session is this? Each is one statement
 * that names its row by a key, so none of them lists anything. See docs/decisions/0006.
 */
export function directory(database: Database, job: string): Directory {
  const all = <Row>(statement: Sql<Row>): Promise<Row[]> => database.asRole(job, (query) => query(statement))
  const first = async <Row>(statement: Sql<Row>): Promise<Row | undefined> => (await all(statement))[0]

  return {
    credentialsOf: (email) =>
      first(sql<Credentials>`
        select person.id as "userId", person.org_id as "orgId", person.is_active as "isActive",
               password.hash as "passwordHash"
        from app_user person join password on (password.org_id, password.user_id) = (person.org_id, person.id)
        where lower(person.email) = lower(${email})`),
    accountWith: (email) =>
      first(sql<KnownAccount>`
        select id as "userId", org_id as "orgId" from app_user where lower(email) = lower(${email})`),
    accountView: (userId) =>
      first(sql<Account>`
        select person.id, person.email, person.full_name, coalesce((
          select json_agg(json_build_object('id', place.id, 'name', place.name, 'timezone', place.timezone,
                                            'roles', held.roles) order by place.name, place.id)
          from membership
          join organization place on place.id = membership.org_id
          cross join lateral (
            select json_agg(role order by array_position(array['student', 'staff', 'admin'], role)) as roles
            from user_role where org_id = membership.org_id and user_id = membership.user_id
          ) as held
          where (membership.home_org_id, membership.user_id) = (person.org_id, person.id) and held.roles is not null
        ), '[]') as organizations
        from app_user person where person.id = ${userId}`),
    sessionOf: (tokenDigest) =>
      first(sql<KnownAccount & { sessionId: string }>`
        select session.user_id as "userId", session.org_id as "orgId", session.id as "sessionId"
        from refresh_token token join session on (session.org_id, session.id) = (token.org_id, token.session_id)
        where token.digest = ${tokenDigest}`),
    async homeOf(userId) {
      return (await first(sql<{ org_id: string }>`select org_id from app_user where id = ${userId}`))?.org_id
    },
    callers: (sessions, orgId) =>
      all(sql<CallerFacts>`
        select coalesce(person.is_active, false) as "userActive",
               exists (
                 select from session where org_id = person.org_id and id = asked.session_id
                   and user_id = person.id and status = 'ACTIVE' and expires_at > clock_timestamp()
               ) as "sessionActive",
               array(select role from user_role where org_id = ${orgId ?? null}::uuid and user_id = person.id
                     order by array_position(array['student', 'staff', 'admin'], role)) as roles
        from unnest(${sessions.map(({ userId }) => userId)}::uuid[],
                    ${sessions.map(({ sessionId }) => sessionId)}::uuid[])
          with ordinality as asked (user_id, session_id, place)
        left join lateral (select id, org_id, is_active from app_user where id = asked.user_id limit 1) as person on true
        order by place`),
  }
}
