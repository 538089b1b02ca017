import type { Call, Demand, Page } from '@kitroom/contracts'

import { reportWindow } from '../../domain/reports/report-window.ts'
import type { DemandQuestion, ReportPorts } from './ports.ts'
import { requireWhole, wholeIf } from './whole.ts'

/** What was asked for of each resource, and what became of it. */
export const reportDemand =
  ({ reads, names, now }: Pick<ReportPorts, 'reads' | 'names' | 'now'>) =>
  async (call: Call, question: DemandQuestion, asFile: boolean): Promise<Page<Demand>> => {
    const window = reportWindow(question, now())
    const page = requireWhole(asFile, await reads.demand(call.orgId, wholeIf(asFile, question), window))
    const resources = await names.resources(
      call.orgId,
      page.data.map(({ resource_id }) => resource_id),
    )
    const nameOf = new Map(resources.map(({ id, name }) => [id, name]))
    const data = page.data.map((row) => ({ ...row, resource_name: nameOf.get(row.resource_id) ?? null }))
    return { ...page, data }
  }
