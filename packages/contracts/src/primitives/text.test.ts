import { describe, expect, it } from '@jest/globals'

import { Email, OfferedPassword, Password } from './credentials.ts'
import { name, optionalText, text } from './text.ts'

const accepts = (schema: { safeParse: (value: unknown) => { success: boolean } }, value: unknown) =>
  schema.safeParse(value).success

const COMPOSED = 'Gen\u00e8ve'
const DECOMPOSED = 'Gene\u0300ve'

describe('text', () => {
  it.each([
    ['one character', 'a'],
    ['white space around', '  a  '],
    ['several lines', 'a\nb\tc'],
    ['right-to-left and zero-width characters', '\u202eabc\u200b'],
    ['an emoji of four bytes', '📷'],
    ['a family of joined emojis', '👩‍👩‍👧'],
    ['what a database would read as a pattern', '50%_\\'],
    ['what a spreadsheet would run', '=cmd()'],
  ])('keeps %s as sent', (_, sent) => {
    expect(text(20).parse(sent)).toBe(sent)
  })

  it.each([
    ['nothing', ''],
    ['only spaces', '   '],
    ['only line ends and no-break spaces', '\r\n\u00a0'],
    ['NUL at the start', '\0a'],
    ['NUL within', 'a\0b'],
    ['half a surrogate pair, high', 'a\ud83d'],
    ['half a surrogate pair, low', '\udcf7a'],
    ['a surrogate pair the wrong way round', '\udcf7\ud83d'],
    ['a number', 5],
    ['null', null],
    ['a list', ['a']],
  ])('refuses %s', (_, sent) => {
    expect(accepts(text(20), sent)).toBe(false)
  })

  it('counts characters, not UTF-16 units', () => {
    expect(accepts(text(3), '📷📷📷')).toBe(true)
    expect(accepts(text(3), '📷📷📷a')).toBe(false)
  })

  it('leaves composed and decomposed letters as they are', () => {
    expect(text(20).parse(DECOMPOSED)).toBe(DECOMPOSED)
  })

  it('answers for a megabyte without delay', () => {
    const long = `${'a'.repeat(1_000_000)}!`
    const before = performance.now()
    expect(accepts(text(200), long)).toBe(false)
    expect(accepts(Email, long)).toBe(false)
    expect(performance.now() - before).toBeLessThan(1000)
  })
})

describe('a name', () => {
  it('is the same however its letters were composed', () => {
    expect(name(20).parse(DECOMPOSED)).toBe(COMPOSED)
  })

  it('is measured after normalising', () => {
    expect(accepts(name(6), DECOMPOSED)).toBe(true)
    expect(accepts(text(6), DECOMPOSED)).toBe(false)
  })

  it.each([['\0'], ['a\ud83d'], [' ']])('refuses %j like any text', (sent) => {
    expect(accepts(name(20), sent)).toBe(false)
  })
})

describe('optional text', () => {
  it('makes no difference between absent and null', () => {
    expect(optionalText(5).parse(undefined)).toBeNull()
    expect(optionalText(5).parse(null)).toBeNull()
    expect(accepts(optionalText(5), '')).toBe(false)
  })
})

describe('an e-mail address', () => {
  it('is kept as the person writes it', () => {
    expect(Email.parse('Ada.Lovelace+kit@Example.edu')).toBe('Ada.Lovelace+kit@Example.edu')
  })

  it.each([
    ['ada'],
    ['ada@'],
    ['@example.edu'],
    ['ada@@example.edu'],
    ['ada lovelace@example.edu'],
    ['ada@example.edu '],
    ['ada@example.edu\n'],
    ['Ada <ada@example.edu>'],
    ['ada\0@example.edu'],
    [`${'a'.repeat(250)}@b.ch`],
    [''],
  ])('is not %j', (sent) => {
    expect(accepts(Email, sent)).toBe(false)
  })

  it('may have 254 characters', () => {
    expect(accepts(Email, `${'a'.repeat(249)}@b.ch`)).toBe(true)
  })
})

describe('a password', () => {
  it('is not altered', () => {
    const odd = `  ${DECOMPOSED}\t🔑`
    expect(Password.parse(odd)).toBe(odd)
  })

  it('has 8 to 128 characters when it is chosen, and any number up to there when it is offered', () => {
    expect(accepts(Password, 'a'.repeat(7))).toBe(false)
    expect(accepts(Password, 'a'.repeat(8))).toBe(true)
    expect(accepts(Password, '🔑'.repeat(128))).toBe(true)
    expect(accepts(Password, 'a'.repeat(129))).toBe(false)
    expect(accepts(OfferedPassword, 'a')).toBe(true)
    expect(accepts(OfferedPassword, '')).toBe(false)
  })

  it('refuses half a surrogate pair, which would hash like any other half', () => {
    expect(accepts(Password, 'abcdefgh\ud83d')).toBe(false)
  })
})
