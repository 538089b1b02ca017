import { describe, expect, it } from '@jest/globals'
import { parse } from 'csv-parse/sync'
import fc from 'fast-check'

import { quotingFault } from './quoting.ts'

describe('the quotation marks of a record', () => {
  it.each([
    ['', undefined],
    ['a,b', undefined],
    ['"a","",b', undefined],
    ['"a ""b"" , c"', undefined],
    ['"a\nb",c', undefined],
    ['"a', 'open'],
    ['a,"b""', 'open'],
    ['5" disk,x', 'inside'],
    ['a, "b"', 'inside'],
    ['"a"b,c', 'behind'],
    ['"a" ,c', 'behind'],
  ])('of %j are %s', (record, fault) => {
    expect(quotingFault(record, ',')).toBe(fault)
  })

  it('are in order exactly when the parser takes the record', () => {
    const piece = fc.constantFrom('"', '""', ',', 'a', '\n', ' ')
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        // A line break outside quotation marks would end the record.
        const record = `x,${pieces.join('')}`
        const taken = () => parse(record, { record_delimiter: '\0', relax_column_count: true })
        if (quotingFault(record, ',') === undefined) expect(taken()).toHaveLength(1)
        else expect(taken).toThrow()
      }),
      { numRuns: 300 },
    )
  })
})
