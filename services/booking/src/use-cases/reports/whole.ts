import type { Page } from '@kitroom/contracts'
import { invalid } from '@kitroom/errors'

/** So many entries a file may have. */
const MAX_ENTRIES = 50_000

/** Asks for everything on one page when it is to become a file. */
export const wholeIf = <Question extends { limit: number }>(asFile: boolean, question: Question): Question =>
  asFile ? { ...question, limit: MAX_ENTRIES, page: undefined, cursor: undefined } : question

/** @throws Failure validation-failed when a file would leave something out */
export function requireWhole<Entry>(asFile: boolean, page: Page<Entry>): Page<Entry> {
  if (!asFile || !page.has_next) return page
  const detail = `A file holds ${MAX_ENTRIES} entries at most; ask for less at once.`
  throw invalid([{ parameter: 'limit', detail }])
}
