import { describe, expect, it } from '@jest/globals'

import { Currency, TimeZone } from './locale.ts'

describe('a time zone', () => {
  it.each([['Europe/Zurich'], ['UTC'], ['Australia/Lord_Howe'], ['America/Argentina/Buenos_Aires']])(
    'may be %s',
    (zone) => {
      expect(TimeZone.parse(zone)).toBe(zone)
    },
  )

  it.each([
    ['+01:00'],
    ['-0500'],
    ['Z'],
    ['Europe/Atlantis'],
    ['Europe/Zurich '],
    ['../etc/passwd'],
    [''],
    ['a\0b'],
  ])('is not %j', (zone) => {
    expect(TimeZone.safeParse(zone).success).toBe(false)
  })
})

describe('a currency', () => {
  it('is a code of ISO 4217 in capitals', () => {
    expect(Currency.parse('EUR')).toBe('EUR')
    for (const code of ['eur', 'EURO', 'QQQ', '€', '']) expect(Currency.safeParse(code).success).toBe(false)
  })
})
