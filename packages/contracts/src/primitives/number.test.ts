import { describe, expect, it } from '@jest/globals'

import { Cents, integer } from './number.ts'
import { BooleanParameter, integerParameter, repeatable } from './parameter.ts'
import { text } from './text.ts'

describe('a whole number in a body', () => {
  it.each([['0'], ['7'], ['100'], ['1.0'], ['1e2']])('may be the JSON number %s', (json) => {
    expect(integer(0, 100).parse(JSON.parse(json))).toBe(Number(json))
  })

  it.each([
    ['-1'],
    ['101'],
    ['-0'],
    ['1.5'],
    ['1e400'],
    ['-1e400'],
    ['9007199254740993'],
    ['2147483648'],
    ['"5"'],
    ['""'],
    ['"0x10"'],
    ['true'],
    ['null'],
    ['[5]'],
    ['{}'],
  ])('is not %s', (json) => {
    expect(integer(0, 100).safeParse(JSON.parse(json)).success).toBe(false)
  })

  it('is an amount when it is positive and fits a column', () => {
    expect(Cents.safeParse(1).success).toBe(true)
    expect(Cents.safeParse(2_147_483_647).success).toBe(true)
    expect(Cents.safeParse(0).success).toBe(false)
    expect(Cents.safeParse(2_147_483_648).success).toBe(false)
  })
})

describe('a whole number in a query', () => {
  it.each([
    ['1', 1],
    ['20', 20],
    ['100', 100],
  ])('may be %s', (sent, meant) => {
    expect(integerParameter(1, 100).parse(sent)).toBe(meant)
  })

  it.each([
    [''],
    [' '],
    [' 5'],
    ['5 '],
    ['+5'],
    ['-5'],
    ['05'],
    ['5.0'],
    ['1e1'],
    ['1e3'],
    ['0x10'],
    ['0b1'],
    ['1_0'],
    ['٥'],
    ['NaN'],
    ['Infinity'],
    ['0'],
    ['101'],
    ['99999999999999999999'],
    ['5\n'],
    [['5']],
    [['5', '5']],
    [5],
  ])('is not %j', (sent) => {
    expect(integerParameter(1, 100).safeParse(sent).success).toBe(false)
  })
})

describe('a yes or no in a query', () => {
  it('is true or false and nothing else', () => {
    expect(BooleanParameter.parse('true')).toBe(true)
    expect(BooleanParameter.parse('false')).toBe(false)
    for (const sent of ['', '1', '0', 'yes', 'TRUE', 'null', ['true'], true]) {
      expect(BooleanParameter.safeParse(sent).success).toBe(false)
    }
  })
})

describe('a repeatable parameter', () => {
  const tags = repeatable(text(10), 3).optional()

  it('is a list, given once or several times', () => {
    expect(tags.parse('a')).toEqual(['a'])
    expect(tags.parse(['a', 'b'])).toEqual(['a', 'b'])
    expect(tags.parse(undefined)).toBeUndefined()
  })

  it('names the place of a wrong value and refuses too many', () => {
    expect(tags.safeParse(['a', '']).error?.issues[0]?.path).toEqual([1])
    expect(tags.safeParse(['a', 'b', 'c', 'd']).success).toBe(false)
  })
})
