import type { Call, NoShows, Page } from '@kitroom/contracts'

import { reportWindow } from '../../domain/reports/report-window.ts'
import type { NoShowsQuestion, ReportPorts } from './ports.ts'
import { requireWhole, wholeIf } from './whole.ts'

/** Who did not come for what they had booked. */
export const reportNoShows =
  ({ reads, names, now }: Pick<ReportPorts, 'reads' | 'names' | 'now'>) =>
  async (call: Call, question: NoShowsQuestion, asFile: boolean): Promise<Page<NoShows>> => {
    const window = reportWindow(question, now())
    const page = requireWhole(asFile, await reads.noShows(call.orgId, wholeIf(asFile, question), window))
    const people = await names.people(
      call.orgId,
      page.data.map(({ user_id }) => user_id),
    )
    const data = page.data.map((row) => {
      const person = people.get(row.user_id)
      return { ...row, user_name: person?.name ?? null, user_email: person?.email ?? null }
    })
    return { ...page, data }
  }
