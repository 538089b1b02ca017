import { describe, expect, it } from '@jest/globals'

import { readQuery } from './query.ts'

describe('a query', () => {
  it('has names with one or several values', () => {
    expect({ ...readQuery('tag=a&tag=b%26c&q=two+words&empty=&bare') }).toEqual({
      tag: ['a', 'b&c'],
      q: 'two words',
      empty: '',
      bare: '',
    })
    expect({ ...readQuery(null) }).toEqual({})
    expect({ ...readQuery('') }).toEqual({})
  })

  it('has no structure in its names', () => {
    expect({ ...readQuery('limit[gt]=1&a.b=2') }).toEqual({ 'limit[gt]': '1', 'a.b': '2' })
    expect(Object.keys(readQuery('__proto__=1&constructor=2'))).toEqual(['__proto__', 'constructor'])
  })

  it.each(['q=%', 'q=%zz', 'q=%ff', 'q=%E0%A4%A', 'q=%ed%a0%80', '%c3&%a9=1'])(
    '%s cannot be decoded',
    (text) => {
      expect(() => readQuery(text)).toThrow(
        expect.objectContaining({
          code: 'validation-failed',
          errors: [expect.objectContaining({ parameter: 'query' })],
        }),
      )
    },
  )

  it('is read to its end, however long', () => {
    expect(readQuery(`${'&'.repeat(2_000)}last=1`)['last']).toBe('1')
    expect(() => readQuery(`${'a=1&'.repeat(2_000)}last=1`)).toThrow('50')
  })

  it('has at most fifty parameters, those that are repeated counted each time', () => {
    const some = (count: number) =>
      Array.from({ length: count }, (_, n) => `${n % 2 ? 'tag' : `p${n}`}=1`).join('&')
    expect(Object.values(readQuery(some(50))).flat()).toHaveLength(50)
    expect(() => readQuery(some(51))).toThrow('A query may have 50 parameters')
  })
})
