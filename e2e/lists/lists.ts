import { type Endpoint, ENDPOINTS } from '@kitroom/contracts'

import { rowId } from './rows.ts'

/** How one list is asked for. */
export interface ListTrial {
  /** With ids in the place of the braces. */
  path?: string
  /** What it cannot be asked for without. */
  always?: Readonly<Record<string, string>>
  /** Every filter it has, with values that keep much and that keep little. */
  filters: Readonly<Record<string, readonly string[]>>
  /** It adds up what, for the larger organisation, is so much of a table that reading all of it is quicker. */
  addsUpMuch?: true
}

const DAY = 86_400_000
const day = (days: number) => new Date(Date.now() + days * DAY).toISOString()
const PAGING = ['limit', 'page', 'cursor', 'sort']

/** Endpoints that answer with a page of a list. */
export const LISTS = ENDPOINTS.filter(
  ({ method, query }) => method === 'GET' && query !== undefined && 'cursor' in query.shape,
)

/** The names of a list's filters, as the contract has them. */
export const filtersOf = ({ query }: Endpoint): string[] =>
  Object.keys(query?.shape ?? {}).filter((name) => !PAGING.includes(name))

/** The fields by which a list can be sorted: those that it names when it refuses another. */
export function fieldsOf({ query }: Endpoint): string[] {
  const refused = query?.shape['sort']?.safeParse('no-such-field')
  const named = /^Sort by (.*), each at most once/.exec(refused?.error?.issues[0]?.message ?? '')
  return named?.[1]?.split(', ') ?? []
}

/** Whose things are asked for: by the number of the organisation's first row, and somebody with much. */
export interface Asked {
  first: number
  busy: string
  /** Who asks is a student, whose lists are shorter and have fewer filters. */
  asStudent?: true
}

/** By the names of their endpoints. */
export const trials = ({ first, busy, asStudent }: Asked): Readonly<Record<string, ListTrial>> => {
  // Every hundredth row is of the same organisation.
  const id = (table: string, place: number) => rowId(table, first + 100 * place)
  return {
    listUsers: {
      filters: {
        q: ['Ada', `person-${first + 100}@`],
        role: ['student', 'admin'],
        is_active: ['true', 'false'],
      },
    },
    listResources: {
      filters: {
        type: ['Camera', 'Gramophone'],
        status: ['AVAILABLE', 'DISABLED'],
        tag: [`tag ${first}`, `tag ${first + 100}`],
        q: [`unit-${first + 100}`, 'canon', 'ca'],
        created_from: [day(-700), day(-1)],
        created_to: [day(-1), day(-729)],
        include_deleted: [asStudent ? 'false' : 'true'],
      },
    },
    listUnits: {
      path: `/resources/${id('01', 0)}/units`,
      filters: { status: ['AVAILABLE', 'RETIRED'], include_deleted: [asStudent ? 'false' : 'true'] },
    },
    findUnits: {
      always: { barcode: `unit-${first + 100}` },
      filters: { barcode: ['nothing'], include_deleted: [asStudent ? 'false' : 'true'] },
    },
    listTags: { filters: { q: ['tag', `g ${first + 100}`] } },
    searchAvailability: {
      always: { from: day(2), to: day(2.2) },
      filters: {
        from: [day(2.1)],
        to: [day(2.3)],
        type: ['Camera', 'Gramophone'],
        tag: [`tag ${first}`, `tag ${first + 100}`],
        q: [`unit-${first + 100}`, 'canon'],
        available_only: ['true'],
      },
    },
    listBookings: {
      filters: {
        status: ['RETURNED', 'PENDING', 'DRAFT'],
        requester: asStudent ? ['me'] : ['me', busy, id('0a', 1)],
        resource_unit_id: [rowId('02', 5), id('02', 2)],
        from: [day(-700), day(20)],
        to: [day(20), day(-700)],
      },
    },
    listMessages: { path: `/bookings/${id('04', asStudent ? 13 : 0)}/messages`, filters: {} },
    listFines: {
      filters: {
        status: ['PAID', 'OPEN'],
        user: asStudent ? ['me'] : ['me', busy, id('0a', 1)],
        booking_id: [id('04', 2)],
      },
    },
    listWaitlist: {
      filters: { status: ['WAITING', 'EXPIRED', 'OFFERED'], resource_id: [id('01', 0), id('01', 2)] },
    },
    reportUtilization: {
      always: { resource_id: id('01', 2) },
      filters: { from: [day(-90)], to: [day(-7)], resource_id: [id('01', 3)] },
    },
    reportOverdue: { filters: { kind: ['OVERDUE', 'AT_RISK'] } },
    reportDemand: {
      addsUpMuch: true,
      filters: { from: [day(-20)], to: [day(-7)], resource_id: [id('01', 2)] },
    },
    reportNoShows: { filters: { from: [day(-20)], to: [day(-7)] } },
    listAuditEvents: {
      filters: {
        entity_type: ['Booking', 'Resource'],
        entity_id: [id('04', 0), id('04', 2)],
        actor: [busy, id('0a', 1)],
        action: ['STATUS_CHANGE', 'CREATE'],
        from: [day(-700), day(-1)],
        to: [day(-1), day(-729)],
      },
    },
  }
}
