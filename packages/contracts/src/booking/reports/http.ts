export { reportDemand } from './demand.ts'
export { reportNoShows } from './no-shows.ts'
export { reportOverdue } from './overdue.ts'
export { reportUtilization } from './utilization.ts'
