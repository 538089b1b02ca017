import { describe, expect, it } from '@jest/globals'

import { Instant, InstantText, instantText } from './instant.ts'

describe('an instant', () => {
  it.each([
    ['2026-03-01T09:00:00.000Z', '2026-03-01T09:00:00.000Z'],
    ['2026-03-01T09:00:00Z', '2026-03-01T09:00:00.000Z'],
    ['2026-03-01t09:00:00z', '2026-03-01T09:00:00.000Z'],
    ['2026-03-01T09:00:00.5Z', '2026-03-01T09:00:00.500Z'],
    ['2026-03-01T09:00:00.123999999Z', '2026-03-01T09:00:00.123Z'],
    ['2026-03-01T10:00:00+01:00', '2026-03-01T09:00:00.000Z'],
    ['2026-03-01T09:00:00-00:00', '2026-03-01T09:00:00.000Z'],
    ['2026-03-01T14:45:00+05:45', '2026-03-01T09:00:00.000Z'],
    ['2026-03-01T23:00:00+14:00', '2026-03-01T09:00:00.000Z'],
    ['2026-02-28T19:00:00-14:00', '2026-03-01T09:00:00.000Z'],
    ['2028-02-29T00:00:00Z', '2028-02-29T00:00:00.000Z'],
    ['1970-01-01T00:00:00Z', '1970-01-01T00:00:00.000Z'],
    ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
  ])('reads %s', (sent, meant) => {
    expect(instantText(Instant.parse(sent))).toBe(meant)
  })

  it.each([
    ['a day that does not exist', '2026-02-30T09:00:00Z'],
    ['29 February of a common year', '2026-02-29T09:00:00Z'],
    ['29 February 2100, no leap year', '2100-02-29T09:00:00Z'],
    ['month 0', '2026-00-10T09:00:00Z'],
    ['month 13', '2026-13-01T09:00:00Z'],
    ['day 0', '2026-03-00T09:00:00Z'],
    ['day 32', '2026-03-32T09:00:00Z'],
    ['hour 24', '2026-03-01T24:00:00Z'],
    ['minute 60', '2026-03-01T09:60:00Z'],
    ['a leap second', '2016-12-31T23:59:60Z'],
    ['no offset', '2026-03-01T09:00:00'],
    ['an offset beyond +14:00', '2026-03-01T09:00:00+14:01'],
    ['an offset beyond -14:00', '2026-03-01T09:00:00-14:01'],
    ['an offset of 60 minutes', '2026-03-01T09:00:00+01:60'],
    ['an offset without a colon', '2026-03-01T09:00:00+0100'],
    ['an offset without minutes', '2026-03-01T09:00:00+01'],
    ['the name of a zone', '2026-03-01T09:00:00[Europe/Zurich]'],
    ['the basic format', '20260301T090000Z'],
    ['a space for the T', '2026-03-01 09:00:00Z'],
    ['no seconds', '2026-03-01T09:00Z'],
    ['an empty fraction', '2026-03-01T09:00:00.Z'],
    ['a comma before the fraction', '2026-03-01T09:00:00,5Z'],
    ['a date only', '2026-03-01'],
    ['a week date', '2026-W09-7T09:00:00Z'],
    ['year 0', '0000-01-01T00:00:00Z'],
    ['1969', '1969-12-31T23:59:59Z'],
    ['1970 by its offset only', '1970-01-01T00:30:00+01:00'],
    ['10000 by its offset only', '9999-12-31T23:30:00-01:00'],
    ['year 10000', '10000-01-01T00:00:00Z'],
    ['an expanded year', '+010000-01-01T00:00:00Z'],
    ['the last year of JavaScript', '+275760-09-13T00:00:00Z'],
    ['infinity', 'infinity'],
    ['now', 'now'],
    ['tomorrow', 'tomorrow'],
    ['seconds since 1970 as text', '1772355600'],
    ['digits of another script', '٢٠٢٦-03-01T09:00:00Z'],
    ['white space around', ' 2026-03-01T09:00:00Z '],
    ['a line after', '2026-03-01T09:00:00Z\n'],
    ['nothing', ''],
    ['seconds since 1970', 1772355600],
    ['milliseconds since 1970', 1772355600000],
    ['a Date', new Date(0)],
    ['null', null],
    ['true', true],
  ])('refuses %s', (_, sent) => {
    expect(Instant.safeParse(sent).success).toBe(false)
  })

  it('explains the + that a query turned into a space', () => {
    const message = Instant.safeParse('2026-03-01T09:00:00 01:00').error?.issues[0]?.message
    expect(message).toContain('%2B')
  })

  it('agrees with the calendar on every day of four centuries', () => {
    for (let time = Date.UTC(1970, 0, 1); time < Date.UTC(2370, 0, 1); time += 86_400_000) {
      const written = instantText(new Date(time))
      if (Instant.parse(written).getTime() !== time) throw new Error(`${written} was read wrongly`)
    }
  })

  it('is shown in UTC with milliseconds, and only so', () => {
    expect(InstantText.safeParse(instantText(new Date(0))).success).toBe(true)
    expect(InstantText.safeParse('1970-01-01T00:00:00Z').success).toBe(false)
    expect(InstantText.safeParse('1970-01-01T01:00:00.000+01:00').success).toBe(false)
  })
})
