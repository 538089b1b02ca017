import type { Call, Page, Utilization } from '@kitroom/contracts'

import { reportWindow } from '../../domain/reports/report-window.ts'
import { openDuring } from '../../domain/rules/time/opening.ts'
import type { ReportPorts, UtilizationQuestion } from './ports.ts'
import { requireWhole, wholeIf } from './whole.ts'

/** More than the days a week may begin before the time that was asked for. */
const WEEK_MS = 8 * 24 * 60 * 60 * 1000

/** How much of the time the desk was open each resource was lent, by week. */
export const reportUtilization =
  ({ reads, names, directory, now }: ReportPorts) =>
  async (call: Call, question: UtilizationQuestion, asFile: boolean): Promise<Page<Utilization>> => {
    const { startAt, endAt } = reportWindow(question, now())
    const [policy, resources] = await Promise.all([
      directory.policyOf(call.orgId),
      names.resources(call.orgId, question.resource_id),
    ])
    const open = openDuring(policy, { startAt: new Date(startAt.getTime() - WEEK_MS), endAt })
    const page = await reads.utilization(
      call.orgId,
      { ...wholeIf(asFile, question), to: endAt },
      { timezone: policy.timezone, open },
      resources,
    )
    return requireWhole(asFile, page)
  }
