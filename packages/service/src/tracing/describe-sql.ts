import { maskSql } from './mask-sql.ts'

/** A name after FROM that a parenthesis follows is a function's. */
const TARGET = /\b(?:(?:into|update)\s+([a-z_"][\w."]*)|from\s+([a-z_"][\w."]*)(?![\w."]|\s*\())/i

/** `INSERT booking.booking`: what a statement does first, and the first table it names. */
function summaryOf(text: string): string {
  const operation = /^\s*(\w+)/.exec(text)?.[1]?.toUpperCase() ?? 'STATEMENT'
  const [, written, read] = TARGET.exec(text) ?? []
  const target = (written ?? read)?.replaceAll('"', '')
  return target === undefined ? operation : `${operation} ${target}`
}

/** What a span says of a statement: never a value. */
export const describeSql = (text: string) => ({
  'db.query.summary': summaryOf(text),
  'db.query.text': maskSql(text).replaceAll(/\s+/g, ' ').trim(),
})
