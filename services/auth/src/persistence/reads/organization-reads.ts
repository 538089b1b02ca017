import { type Organization, Policy } from '@kitroom/contracts'
import { type Database, sql } from '@kitroom/database'

import type { Reads } from '../../use-cases/ports.ts'

type OrganizationRow = Omit<Organization, 'created_at' | 'policy'> & { created_at: Date; policy: unknown }

/** The organisation of a tenant, its policy completed by the defaults of what was never set. */
export const organizationReads = (database: Database): Pick<Reads, 'organization'> => ({
  organization: (orgId) =>
    database.read(orgId, async (query) => {
      const [row] = await query(sql<OrganizationRow>`
        select id, name, timezone, currency, policy, version, created_at from organization where id = ${orgId}`)
      if (row === undefined) return undefined
      return { ...row, policy: Policy.parse(row.policy), created_at: row.created_at.toISOString() }
    }),
})
