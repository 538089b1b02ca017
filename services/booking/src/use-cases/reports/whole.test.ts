import { describe, expect, it } from '@jest/globals'

import { requireWhole, wholeIf } from './whole.ts'

const page = { data: [1], total: 9, page: 1, limit: 1, has_next: true, next_cursor: 'c' }
const question = { limit: 20, page: 3, cursor: undefined, sort: [] }

describe('a report', () => {
  it('is asked for as it was when it comes in pages, and whole when it becomes a file', () => {
    expect(wholeIf(false, question)).toBe(question)
    expect(wholeIf(true, question)).toEqual({ limit: 50_000, page: undefined, cursor: undefined, sort: [] })
  })

  it('is refused rather than cut off when a file cannot hold it', () => {
    expect(requireWhole(false, page)).toBe(page)
    const last = { ...page, has_next: false }
    expect(requireWhole(true, last)).toBe(last)
    expect(() => requireWhole(true, page)).toThrow(expect.objectContaining({ code: 'validation-failed' }))
  })
})
