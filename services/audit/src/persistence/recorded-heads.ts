import { type Database, sql } from '@kitroom/database'

import type { Head } from '../domain/chain.ts'

/**
 * The head of every organisation's chain, read as the service's job. Written down outside this database, a head proves
 * later that the chain still is what it was, even against somebody who can rewrite all of it.
 */
export const recordedHeads = (database: Database, jobRole: string): Promise<(Head & { org_id: string })[]> =>
  database.asRole(jobRole, (query) =>
    query(sql<Head & { org_id: string }>`
      select org_id, seq, id, encode(hash, 'hex') as hash from audit_chain order by org_id`),
  )
