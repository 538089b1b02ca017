import type { Database } from '@kitroom/database'

import type { ReportReads } from '../../use-cases/reports/ports.ts'
import { demandOf } from './demand.ts'
import { noShowsOf } from './no-shows.ts'
import { overdueOf } from './overdue.ts'
import { utilizationOf } from './utilization.ts'

/** The four reports, a statement each. */
export const reportReads = (database: Pick<Database, 'read'>): ReportReads => ({
  utilization: utilizationOf(database),
  overdue: overdueOf(database),
  demand: demandOf(database),
  noShows: noShowsOf(database),
})
