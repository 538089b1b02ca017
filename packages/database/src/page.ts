import { createHash } from 'node:crypto'

import type { Page, Paging } from '@kitroom/contracts'
import { invalid } from '@kitroom/errors'

import { isDataException } from './postgres-error.ts'
import { allOf, type Query, type Sql, sql } from './sql.ts'

/** A sortable field: what it is called in `sort`, the SQL it stands for (never null) and its type. */
export interface SortField {
  expression: Sql
  type: 'text' | 'timestamptz' | 'uuid' | 'numeric' | 'bigint'
}

export interface ListQuery {
  /** What is told of an entry, gathered for those of the page alone. */
  select: Sql
  /** Everything after FROM and before WHERE. */
  from: Sql
  /** The name of an entry where `from` reckons entries out, which is then done once and not again by id. */
  derivedAs?: string
  where: readonly Sql[]
  fields: Readonly<Record<string, SortField>>
  /** The unique last key, so that the order is total. */
  id: Sql
  request: Paging
  /** What the cursor is good for: organisation, filters, whose list. Another scope refuses it. */
  scope: unknown
}

type Keyed<Row> = Row & { cursor_keys: string[]; total_rows: number }
interface Key extends SortField {
  descending: boolean
}

function fingerprint(scope: unknown, sort: Paging['sort']): string {
  return createHash('sha256')
    .update(JSON.stringify([scope, sort]))
    .digest('base64url')
    .slice(0, 16)
}

const refuseCursor = (detail: string) => invalid([{ parameter: 'cursor', detail }])
const notOurs = () => refuseCursor('This cursor is not one this list gave.')

function decode(cursor: string, print: string, length: number): string[] {
  let read: unknown
  try {
    read = JSON.parse(Buffer.from(cursor, 'base64url').toString())
  } catch {
    throw notOurs()
  }
  if (!Array.isArray(read) || read.length !== length + 1 || !read.every((part) => typeof part === 'string')) {
    throw notOurs()
  }
  if (read[0] !== print)
    throw refuseCursor('This cursor belongs to another list, filter or order. Start without it.')
  return read.slice(1)
}

/** Rows after the given keys; one row comparison where an index can serve it, else spelled out per key. */
function after(keys: readonly Key[], values: readonly string[]): Sql {
  const bound = keys.map((key, at) => sql`${values[at]}::${sql.raw(key.type)}`)
  const directions = new Set(keys.map((key) => key.descending))
  if (directions.size === 1) {
    const left = sql.join(keys.map((key) => key.expression))
    return sql`(${left}) ${sql.raw(directions.has(true) ? '<' : '>')} (${sql.join(bound)})`
  }
  const branches = keys.map((key, at) => {
    const equal = keys.slice(0, at).map((earlier, i) => sql`${earlier.expression} = ${bound[i]}`)
    const beyond = sql`${key.expression} ${sql.raw(key.descending ? '<' : '>')} ${bound[at]}`
    return sql`(${allOf([...equal, beyond])})`
  })
  // The alternatives imply it, but only a condition on the first key tells the planner where in an index to begin.
  const [{ expression, descending }] = keys as [Key]
  const from = sql`${expression} ${sql.raw(descending ? '<=' : '>=')} ${bound[0]}`
  return sql`(${from} and (${sql.join(branches, sql` or `)}))`
}

/**
 * Reads one page of a list in one statement, by page number with a total or by keyset cursor without.
 * @throws Failure validation-failed when the cursor is garbled or of another list
 */
export async function readPage<Row>(query: Query, list: ListQuery): Promise<Page<Row>> {
  const { request } = list
  const lastDescending = request.sort.at(-1)?.descending ?? false
  const keys: Key[] = [
    ...request.sort.map(({ field, descending }) => {
      const known = list.fields[field]
      if (known === undefined)
        throw invalid([{ parameter: 'sort', detail: `This list cannot be sorted by ${field}.` }])
      return { ...known, descending }
    }),
    { expression: list.id, type: 'uuid', descending: lastDescending },
  ]
  const print = fingerprint(list.scope, request.sort)
  const { cursor } = request
  const byCursor = cursor !== undefined
  const number = request.page ?? 1
  const where = allOf(list.where)
  const start = byCursor ? after(keys, decode(cursor, print, keys.length)) : sql`true`
  const order = sql.join(
    keys.map((key) => sql`${key.expression} ${sql.raw(key.descending ? 'desc' : 'asc')}`),
  )
  const total = sql`(select count(*) from ${list.from} where ${where})`
  const chosen = (columns: Sql) => sql`
    select ${columns} from ${list.from} where ${where} and ${start}
    order by ${order} limit ${request.limit + 1} offset ${byCursor ? 0 : (number - 1) * request.limit}`
  // First the ids of the page, for which an index may do, then the columns, gathered for these entries alone.
  const as = sql.raw(list.derivedAs ?? '')
  const entries =
    list.derivedAs === undefined
      ? sql`${list.from} where ${list.id} in (${chosen(list.id)})`
      : sql`(${chosen(sql`${as}.*`)}) as ${as}`

  const read = await query(sql<Keyed<Row>>`
    select ${list.select}, array[${sql.join(keys.map((key) => sql`(${key.expression})::text`))}] as cursor_keys,
           ${byCursor ? sql`null` : total} as total_rows
    from ${entries} order by ${order}`).catch((error: unknown) => {
    // The filters passed their schemas; of what a cursor holds only the database knows whether it has its type.
    throw byCursor && isDataException(error) ? notOurs() : error
  })

  const data = read.slice(0, request.limit)
  const has_next = read.length > request.limit
  const last = data.at(-1)
  return {
    data,
    total: byCursor
      ? null
      : (last?.total_rows ?? (number === 1 ? 0 : await countOf(query, list.from, where))),
    page: byCursor ? null : number,
    limit: request.limit,
    has_next,
    next_cursor:
      has_next && last !== undefined
        ? Buffer.from(JSON.stringify([print, ...last.cursor_keys])).toString('base64url')
        : null,
  }
}

async function countOf(query: Query, from: Sql, where: Sql): Promise<number> {
  const [counted] = await query(sql<{ count: number }>`select count(*) as count from ${from} where ${where}`)
  return counted?.count ?? 0
}
