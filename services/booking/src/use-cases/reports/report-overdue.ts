import type { Call, OverdueEntry, Page } from '@kitroom/contracts'

import { lateFine } from '../../domain/fine-policy.ts'
import type { LendingPolicy } from '../../domain/rules/lending-policy.ts'
import type { BareOverdue, NamedPerson, NamedUnit, OverdueQuestion, ReportPorts } from './ports.ts'
import { requireWhole, wholeIf } from './whole.ts'

/** What is not back in time, and which bookings may find nothing when they start. */
export const reportOverdue =
  ({ reads, names, directory }: Pick<ReportPorts, 'reads' | 'names' | 'directory'>) =>
  async (call: Call, question: OverdueQuestion, asFile: boolean): Promise<Page<OverdueEntry>> => {
    const found = await reads.overdue(call.orgId, wholeIf(asFile, question))
    const page = requireWhole(asFile, found)
    const [policy, people, units] = await Promise.all([
      directory.policyOf(call.orgId),
      names.people(
        call.orgId,
        page.data.map(({ user_id }) => user_id),
      ),
      names.units(
        call.orgId,
        page.data.flatMap((row) => row.units.map(({ resource_unit_id }) => resource_unit_id)),
      ),
    ])
    return { ...page, data: page.data.map((row) => named(row, policy, people, units)) }
  }

function named(
  { now, ...row }: BareOverdue,
  { fine, currency }: LendingPolicy,
  people: ReadonlyMap<string, NamedPerson>,
  units: ReadonlyMap<string, NamedUnit>,
): OverdueEntry {
  const person = people.get(row.user_id)
  const isLoan = row.kind === 'OVERDUE'
  return {
    ...row,
    user_name: person?.name ?? null,
    user_email: person?.email ?? null,
    units: row.units.map((unit) => {
      const { resourceName = null, barcode = null } = units.get(unit.resource_unit_id) ?? {}
      return { ...unit, resource_name: resourceName, barcode }
    }),
    fine_cents: isLoan ? lateFine(fine, new Date(row.end_at), now) : null,
    currency: isLoan ? currency : null,
  }
}
