import { reportDemand, reportNoShows, reportOverdue, reportUtilization } from '@kitroom/contracts'
import { ok, on, type Route } from '@kitroom/http'

import type { UseCases } from '../use-cases/index.ts'
import type { Page } from '../use-cases/ports.ts'

const asList = ({ rows, ...page }: Page<unknown>) => ok({ data: rows, ...page })

/** What staff want to know about all of it: as pages of JSON, or as one file. */
export const reportRoutes = (app: UseCases): Route[] => [
  on(reportUtilization, ({ call, query, asFile }) => app.reportUtilization(call, query, asFile), asList),
  on(reportOverdue, ({ call, query, asFile }) => app.reportOverdue(call, query, asFile), asList),
  on(reportDemand, ({ call, query, asFile }) => app.reportDemand(call, query, asFile), asList),
  on(reportNoShows, ({ call, query, asFile }) => app.reportNoShows(call, query, asFile), asList),
]
