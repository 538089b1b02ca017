import type { Demand, NoShows, OverdueEntry, Page, Paging, Utilization } from '@kitroom/contracts'

import type { Period } from '../../domain/period.ts'
import type { Directory } from '../ports.ts'

/** A resource as reports speak of it. */
export interface NamedResource {
  id: string
  name: string
  type: string
  /** Those that are there: not deleted, LOST or RETIRED. */
  units: number
  deleted: boolean
}

export interface NamedUnit {
  barcode: string
  resourceName: string
}

export interface NamedPerson {
  name: string
  email: string
}

/** What others know of the ids in a report. @throws Failure dependency-unavailable */
export interface Names {
  /** Resources of an organisation, deleted ones too: those of these ids, or all. */
  resources: (orgId: string, ids?: readonly string[]) => Promise<NamedResource[]>
  /** By id; absent when the unit is deleted. */
  units: (orgId: string, ids: readonly string[]) => Promise<ReadonlyMap<string, NamedUnit>>
  /** By id; absent for whoever has no role in the organisation. */
  people: (orgId: string, ids: readonly string[]) => Promise<ReadonlyMap<string, NamedPerson>>
}

export interface UtilizationQuestion extends Paging<
  'week' | 'resource_name' | 'utilization' | 'utilization_overall' | 'hours_lent'
> {
  /** Absent: the Monday that makes twelve weeks with the one of `to`. */
  from?: Date | undefined
  to?: Date | undefined
  resource_id?: readonly string[] | undefined
}

export interface DemandQuestion extends Paging<
  'requests' | 'granted' | 'refused' | 'waitlisted' | 'share_refused'
> {
  from?: Date | undefined
  to?: Date | undefined
  resource_id?: readonly string[] | undefined
}

export interface NoShowsQuestion extends Paging<'no_shows' | 'share' | 'latest_start_at'> {
  from?: Date | undefined
  to?: Date | undefined
}

export interface OverdueQuestion extends Paging<'since' | 'start_at'> {
  kind?: readonly OverdueEntry['kind'][] | undefined
}

/** How an organisation reckons its weeks. */
export interface Calendar {
  timezone: string
  /** When its desk is open, in order; null: always. */
  open: readonly Period[] | null
}

/** An entry of the overdue report as the tables tell it. */
export type BareOverdue = Omit<
  OverdueEntry,
  'user_name' | 'user_email' | 'units' | 'fine_cents' | 'currency'
> & {
  units: { resource_unit_id: string; resource_id: string }[]
  /** When it was looked at. */
  now: Date
}

/** The statements of docs/reports.md. */
export interface ReportReads {
  utilization: (
    orgId: string,
    question: UtilizationQuestion & { to: Date },
    calendar: Calendar,
    resources: readonly NamedResource[],
  ) => Promise<Page<Utilization>>
  overdue: (orgId: string, question: OverdueQuestion) => Promise<Page<BareOverdue>>
  demand: (
    orgId: string,
    question: DemandQuestion,
    window: Period,
  ) => Promise<Page<Omit<Demand, 'resource_name'>>>
  noShows: (
    orgId: string,
    question: NoShowsQuestion,
    window: Period,
  ) => Promise<Page<Omit<NoShows, 'user_name' | 'user_email'>>>
}

/** What reports are made of. */
export interface ReportPorts {
  reads: ReportReads
  names: Names
  directory: Pick<Directory, 'policyOf'>
  now: () => Date
}
