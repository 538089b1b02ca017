import { reportDemand, reportNoShows, reportOverdue, reportUtilization } from '@kitroom/contracts'
import { ok, on, type Route } from '@kitroom/http'

import type { UseCases } from '../use-cases/index.ts'

/** What staff want to know about all of it: as pages of JSON, or as one file. */
export const reportRoutes = (app: UseCases): Route[] => [
  on(reportUtilization, ({ call, query, asFile }) => app.reportUtilization(call, query, asFile), ok),
  on(reportOverdue, ({ call, query, asFile }) => app.reportOverdue(call, query, asFile), ok),
  on(reportDemand, ({ call, query, asFile }) => app.reportDemand(call, query, asFile), ok),
  on(reportNoShows, ({ call, query, asFile }) => app.reportNoShows(call, query, asFile), ok),
]
