import { z } from 'zod'

import { integerParameter } from './primitives/parameter.ts'

/** One key of a sort order, the most significant first. */
export interface SortKey<Field extends string = string> {
  field: Field
  descending: boolean
}

/** How every list is asked for. Without a cursor `page` counts from 1; absent means 1. */
export interface Paging<Field extends string = string> {
  limit: number
  page?: number | undefined
  cursor?: string | undefined
  sort: SortKey<Field>[]
}

const limit = integerParameter(1, 100)
  .default(20)
  .describe('How many entries a page holds; 20 when left out.')
const page = integerParameter(1, 1_000_000_000)
  .optional()
  .describe('The number of the page, counted from 1. Not together with `cursor`.')
const cursor = z
  .string()
  // It holds what the last entry is sorted by: a name and a type of control characters make 2,600.
  .regex(/^[\w.~-]{1,4096}$/, 'Send `next_cursor` as you got it.')
  .optional()
  .describe('Where to go on: `next_cursor` of the page before, with the same filters and sort.')

/** The query of a list: its filters, its sort order and its paging. */
export function listQuery<Filters extends z.ZodRawShape, const Field extends string>(list: {
  filters: Filters
  sortable: readonly Field[]
  /** As a client would write it, `-created_at,name`. */
  defaultSort: string
}) {
  const sort = sortBy(list.sortable).prefault(list.defaultSort)
  return z.strictObject({ ...list.filters, limit, page, cursor, sort }).superRefine((query, context) => {
    const { page, cursor } = query as Pick<Paging, 'page' | 'cursor'>
    if (page === undefined || cursor === undefined) return
    context.addIssue({ code: 'custom', path: ['page'], message: 'Send either `page` or `cursor`, not both.' })
  })
}

function sortBy<Field extends string>(sortable: readonly Field[]) {
  return z
    .string('Give this parameter once.')
    .transform((text, context): SortKey<Field>[] => {
      const keys: SortKey<Field>[] = []
      for (const part of text.split(',')) {
        const descending = part.startsWith('-')
        const field = sortable.find((known) => known === part.slice(descending ? 1 : 0))
        if (field === undefined || keys.some((key) => key.field === field)) {
          const message = `Sort by ${sortable.join(', ')}, each at most once, with - in front for descending.`
          context.addIssue({ code: 'custom', message })
          return z.NEVER
        }
        keys.push({ field, descending })
      }
      return keys
    })
    .meta({
      description: `Comma-separated fields out of ${sortable.join(', ')}; - in front of one for descending.`,
      examples: sortable.map((field) => `-${field}`).slice(0, 1),
    })
}

/** One page of a list: what `pageOf` describes. */
export interface Page<Entry> extends Omit<z.output<ReturnType<typeof pageOf>>, 'data'> {
  data: Entry[]
}

/** The schema of one page of a list. `total` and `page` are null when a cursor was used. */
export const pageOf = <Entry extends z.ZodType>(entry: Entry) =>
  z.object({
    data: z.array(entry),
    total: z.int().min(0).nullable(),
    page: z.int().min(1).nullable(),
    limit: z.int().min(1).max(100),
    has_next: z.boolean(),
    next_cursor: z.string().nullable(),
  })
