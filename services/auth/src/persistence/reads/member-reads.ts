import type { Role, User } from '@kitroom/contracts'
import { type Database, type Query, readPage, type Sql, sql } from '@kitroom/database'

import type { Reads } from '../../use-cases/ports.ts'

type UserRow = Omit<User, 'created_at' | 'roles'> & { created_at: Date; roles: Role[] }

const columns = sql`
  person.id, person.org_id, person.email, person.full_name, person.is_active, person.created_at,
  person.version + member.version - 1 as version,
  array(select role from user_role held
        where held.org_id = member.org_id and held.user_id = member.user_id
        order by array_position(array['student', 'staff', 'admin'], role)) as roles`

const members = sql`membership member join app_user person
  on person.org_id = member.home_org_id and person.id = member.user_id`

const userOf = (row: UserRow): User => ({ ...row, created_at: row.created_at.toISOString() })

async function selected(query: Query, where: Sql): Promise<User[]> {
  return (await query(sql<UserRow>`select ${columns} from ${members} where ${where}`)).map(userOf)
}

/** Text as a pattern in which `%` and `_` are letters. */
const containing = (text: string) => `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`

/** Up to so many ids are handed to the list; beyond, a filter along its order is quicker than the ids. */
const FEW = 1_000

/**
 * The condition that the name or e-mail of a member contains a text. Asked as the job role: under row level security
 * PostgreSQL uses no trigram index, since `ilike` is not leakproof. The list itself is then read under it, so this can
 * only narrow.
 */
async function matching({ asRole }: Database, job: string, orgId: string, text: string): Promise<Sql> {
  const contains = sql`person.full_name || chr(10) || person.email ilike ${containing(text)}`
  // Planned as if all were wanted: with the limit beside them, the planner would hope to meet enough in whatever comes first.
  const found = await asRole(job, (query) =>
    query(sql<{ id: string }>`
      with found as materialized (
        select person.id from app_user person
        where ${contains} and exists (
          select from membership member where member.org_id = ${orgId}
            and (member.home_org_id, member.user_id) = (person.org_id, person.id)))
      select id from found limit ${FEW + 1}`),
  )
  return found.length > FEW ? contains : sql`person.id = any(${found.map(({ id }) => id)}::uuid[])`
}

/**
 * Members whose accounts are at home in the organisation, where that is all of them: then an index of accounts gives the
 * order. Where others were invited, all members are looked up and sorted.
 */
async function ofTheHouse(query: Query, orgId: string): Promise<Sql[]> {
  // The ends of an index: the planner takes it that any home is as likely, and would look for another from row to row.
  const homesOf = sql`select home_org_id from membership where org_id = ${orgId}`
  const [homes] = await query(sql<{ first: string | null; last: string | null }>`
    select (${homesOf} order by home_org_id limit 1) as first, (${homesOf} order by home_org_id desc limit 1) as last`)
  if (homes?.first !== orgId || homes.last !== orgId) return []
  return [sql`member.home_org_id = ${orgId}`, sql`person.org_id = ${orgId}`]
}

/** The members of an organisation, as it sees them. */
export const memberReads = (
  database: Database,
  job: string,
): Pick<Reads, 'member' | 'members' | 'membersById'> => ({
  member: async (orgId, userId) => {
    const where = sql`member.org_id = ${orgId} and member.user_id = ${userId}`
    return (await database.read(orgId, (query) => selected(query, where)))[0]
  },
  membersById: (orgId, userIds) => {
    const where = sql`member.org_id = ${orgId} and member.user_id = any(${userIds}::uuid[])`
    return database.read(orgId, (query) => selected(query, where))
  },
  members: (orgId, { q, role, is_active, ...request }) =>
    database.read(orgId, async (query) => {
      const where = [sql`member.org_id = ${orgId}`, ...(await ofTheHouse(query, orgId))]
      if (q !== undefined) where.push(await matching(database, job, orgId, q))
      if (role !== undefined) {
        where.push(sql`exists (select from user_role held where held.org_id = ${orgId}
          and held.user_id = person.id and held.role = ${role})`)
      }
      if (is_active !== undefined) where.push(sql`person.is_active = ${is_active}`)
      const page = await readPage<UserRow>(query, {
        select: columns,
        from: members,
        where,
        fields: {
          full_name: { expression: sql`person.full_name`, type: 'text' },
          email: { expression: sql`person.email`, type: 'text' },
          created_at: { expression: sql`person.created_at`, type: 'timestamptz' },
        },
        id: sql`person.id`,
        request,
        scope: ['users', orgId, q, role, is_active],
      })
      return { ...page, data: page.data.map(userOf) }
    }),
})
