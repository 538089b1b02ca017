import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'

import { repeatedMember } from './repeated-member.ts'

describe('a member that is there twice', () => {
  it.each([
    ['{"a":1,"a":2}', 'a'],
    ['{"a":1,"b":{"c":1,"c":2}}', 'c'],
    ['[{"a":1},{"b":1,"b":1}]', 'b'],
    ['{"a":[{"a":1}],"a":2}', 'a'],
    [String.raw`{"a":1,"\u0061":2}`, 'a'],
    [String.raw`{"\"":1,"\u0022":2}`, '"'],
    ['{"":1,"":2}', ''],
  ])('is found in %s', (text, name) => {
    expect(repeatedMember(text)).toBe(name)
  })

  it.each([
    '{"a":1,"b":{"a":1},"c":[{"a":1},{"a":1}]}',
    '["a","a"]',
    String.raw`{"a":"\"a\":1,\"a\":2"}`,
    '{"a":"{\\"b\\":1","b":"}"}',
    '"a:a"',
    'null',
  ])('is not seen in %s', (text) => {
    expect(repeatedMember(text)).toBeUndefined()
  })

  it('is never seen in what JSON.stringify writes', () => {
    fc.assert(fc.property(fc.json(), (text) => repeatedMember(text) === undefined))
  })

  it('is always found when an object is written with one of its members again', () => {
    const objects = fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1, noNullPrototype: true })
    fc.assert(
      fc.property(objects, fc.nat(), (object, which) => {
        const names = Object.keys(object)
        const name = names[which % names.length] ?? ''
        const text = JSON.stringify(object).replace(/\}$/, () => `,${JSON.stringify(name)}:0}`)
        return repeatedMember(text) === name
      }),
    )
  })

  it('is looked for in the time it takes to read a body', () => {
    const text = `{${Array.from({ length: 60_000 }, (_, n) => `"member ${n}":"\\\\"`).join()}}`
    const began = performance.now()
    expect(repeatedMember(text)).toBeUndefined()
    expect(performance.now() - began).toBeLessThan(5_000)
  })
})
