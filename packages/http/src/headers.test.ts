import { describe, expect, it } from '@jest/globals'
import { Failure } from '@kitroom/errors'

import { alreadyHas, occurrences, readIdempotencyKey, readIfMatch, requestIdOf } from './headers.ts'

/** What a reader makes of a header: what it returns, or the code and places of its refusal. */
function outcome<T>(read: () => T): T | { code: string; errors: unknown } {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    return { code: error.code, errors: error.errors }
  }
}

describe('If-Match (RFC 9110 §13.1.1, OPT-4)', () => {
  it.each<[string | undefined, ReturnType<typeof readIfMatch>]>([
    [undefined, undefined],
    ['*', '*'],
    [' * ', '*'],
    ['"3"', [3]],
    ['  "3"\t', [3]],
    ['"2", "3"', [2, 3]],
    ['"2","3"', [2, 3]],
    ['"2" ,\t"3"', [2, 3]],
    ['"2",, "3",', [2, 3]],
    ['"2147483647"', [2147483647]],
    // Tags that are well-formed and never those of a version.
    ['W/"3"', []],
    ['W/"2", "3"', [3]],
    ['"03"', []],
    ['"0"', []],
    ['"-3"', []],
    ['"three"', []],
    ['"1,3"', []],
    ['"W/3"', []],
    ['""', []],
    ['"\u00e9"', []],
  ])('%j asks for %j', (header, expected) => {
    expect(readIfMatch(header)).toEqual(expected)
  })

  it.each([
    '',
    ' ',
    ',',
    '3',
    '"3',
    '3"',
    '""3""',
    '"3" "4"',
    "'3'",
    'w/"3"',
    'W/3',
    'W/ "3"',
    '*, "3"',
    '"3", *',
    '"3", x',
    '"3 "',
    '"a\u0001"',
  ])('%j is malformed', (header) => {
    expect(outcome(() => readIfMatch(header))).toEqual({
      code: 'validation-failed',
      errors: [{ header: 'If-Match', detail: 'Expected * or a list of entity tags such as "3".' }],
    })
  })

  it('is read in linear time, whatever is sent', () => {
    const began = performance.now()
    for (const spelling of [' ', ',', '"', '" ', 'W/', '"a",', 'W/"']) {
      outcome(() => readIfMatch(spelling.repeat(16_000 / spelling.length)))
      outcome(() => alreadyHas(spelling.repeat(16_000 / spelling.length), '"1"'))
    }
    expect(performance.now() - began).toBeLessThan(1_000)
  })
})

describe('If-None-Match (RFC 9110 §13.1.2)', () => {
  it.each([
    ['"3"', true],
    ['W/"3"', true],
    ['"2", W/"3"', true],
    ['*', true],
    ['"4"', false],
    ['"03"', false],
    ['3', false],
    ['', false],
    [undefined, false],
  ])('%j knows version 3 already: %j', (header, expected) => {
    expect(alreadyHas(header, '"3"')).toBe(expected)
  })

  it('cannot know what has no tag', () => {
    expect(alreadyHas('*', undefined)).toBe(false)
  })
})

describe('Idempotency-Key (IDM-6)', () => {
  it.each([
    ['a', 'a'],
    ['01941f29-7c00-7000-8000-00000000000a', '01941f29-7c00-7000-8000-00000000000a'],
    ['"quoted"', 'quoted'],
    ['"with \\"quotes\\" inside"'.replaceAll(' ', '-'), 'with-"quotes"-inside'],
    ['"back\\\\slash"', 'back\\slash'],
    ['"open', '"open'],
    ['a"b', 'a"b'],
    ['!~', '!~'],
    ['k'.repeat(255), 'k'.repeat(255)],
    [`"${'k'.repeat(255)}"`, 'k'.repeat(255)],
  ])('%j is the key %j', (sent, key) => {
    expect(readIdempotencyKey([sent], true)).toBe(key)
    expect(readIdempotencyKey([sent], false)).toBe(key)
  })

  it.each([
    [['']],
    [['""']],
    [['two words']],
    [['"two words"']],
    [['tab\tinside']],
    [['k'.repeat(256)]],
    [['schl\u00fcssel']],
    [['\u007f']],
    [['a', 'a']],
    [['a', 'b']],
  ])('%j is malformed, needed or not', (sent) => {
    for (const required of [true, false]) {
      expect(outcome(() => readIdempotencyKey(sent, required))).toMatchObject({
        code: 'validation-failed',
        errors: [{ header: 'Idempotency-Key' }],
      })
    }
  })

  it('is missed where it is required', () => {
    expect(readIdempotencyKey([], false)).toBeUndefined()
    expect(outcome(() => readIdempotencyKey([], true))).toMatchObject({
      code: 'idempotency-key-missing',
      errors: [{ header: 'Idempotency-Key' }],
    })
  })
})

describe('a header that came several times', () => {
  it('is read as often as it came, in whatever case', () => {
    const raw = ['Host', 'x', 'X-Org-Id', 'a', 'x-org-id', 'b', 'Accept', 'x-org-id']
    expect(occurrences(raw, 'x-org-id')).toEqual(['a', 'b'])
    expect(occurrences(raw, 'authorization')).toEqual([])
  })
})

describe('the id of a request', () => {
  it.each(['a', 'A-1._:z', 'x'.repeat(128)])('is kept when it is %j', (sent) => {
    expect(requestIdOf(sent, () => 'made')).toBe(sent)
  })

  it.each([undefined, '', 'x'.repeat(129), 'a b', 'a\nb', 'é', '<script>', ['a', 'b']])(
    'is made up when it is %j',
    (sent) => {
      expect(requestIdOf(sent, () => 'made')).toBe('made')
    },
  )
})
