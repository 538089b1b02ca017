import { describe, expect, it } from '@jest/globals'

import { atLocalTime, localDate, plusDays, sameTimeDaysLater, wallClock, weekday } from './local-time.ts'

/** CON-12: zone, local time, its instant; and whether the time exists or is leapt over. */
const VECTORS: [what: string, zone: string, date: string, time: string, instant: string, exists?: boolean][] =
  [
    ['a winter’s day', 'Europe/Zurich', '2026-01-15', '09:00', '2026-01-15T08:00Z'],
    ['a summer’s day', 'Europe/Zurich', '2026-07-15', '09:00', '2026-07-15T07:00Z'],
    ['the minute before the spring gap', 'Europe/Zurich', '2026-03-29', '01:59', '2026-03-29T00:59Z'],
    ['the beginning of the spring gap', 'Europe/Zurich', '2026-03-29', '02:00', '2026-03-29T01:00Z', false],
    ['within the spring gap', 'Europe/Zurich', '2026-03-29', '02:30', '2026-03-29T01:00Z', false],
    ['the minute after the spring gap', 'Europe/Zurich', '2026-03-29', '03:00', '2026-03-29T01:00Z'],
    ['within the gap of another day', 'America/New_York', '2026-03-08', '02:30', '2026-03-08T07:00Z', false],
    ['a gap of the southern spring', 'Pacific/Auckland', '2026-09-27', '02:59', '2026-09-26T14:00Z', false],
    ['a gap that begins at midnight', 'Africa/Cairo', '2026-04-24', '00:00', '2026-04-23T22:00Z', false],
    ['24:00 on the eve of such a gap', 'Africa/Cairo', '2026-04-23', '24:00', '2026-04-23T22:00Z', false],
    ['a day that was left out', 'Pacific/Apia', '2011-12-30', '12:00', '2011-12-30T10:00Z', false],
    ['the minute before the autumn overlap', 'Europe/Zurich', '2026-10-25', '01:59', '2026-10-24T23:59Z'],
    ['the beginning of the autumn overlap', 'Europe/Zurich', '2026-10-25', '02:00', '2026-10-25T00:00Z'],
    ['within the autumn overlap', 'Europe/Zurich', '2026-10-25', '02:30', '2026-10-25T00:30Z'],
    ['the minute after the autumn overlap', 'Europe/Zurich', '2026-10-25', '03:00', '2026-10-25T02:00Z'],
    ['the overlap of another day', 'America/New_York', '2026-11-01', '01:30', '2026-11-01T05:30Z'],
    ['the overlap of the southern autumn', 'Pacific/Auckland', '2026-04-05', '02:30', '2026-04-04T13:30Z'],
    ['an overlap at midnight', 'America/Havana', '2026-11-01', '00:30', '2026-11-01T04:30Z'],
    ['winter time as the exception', 'Europe/Dublin', '2026-10-25', '01:30', '2026-10-25T00:30Z'],
    ['the gap of half an hour', 'Australia/Lord_Howe', '2026-10-04', '02:15', '2026-10-03T15:30Z', false],
    ['the end of the gap of half an hour', 'Australia/Lord_Howe', '2026-10-04', '02:30', '2026-10-03T15:30Z'],
    ['before the overlap of half an hour', 'Australia/Lord_Howe', '2026-04-05', '01:29', '2026-04-04T14:29Z'],
    ['the overlap of half an hour', 'Australia/Lord_Howe', '2026-04-05', '01:45', '2026-04-04T14:45Z'],
    ['after the overlap of half an hour', 'Australia/Lord_Howe', '2026-04-05', '02:00', '2026-04-04T15:30Z'],
    ['no summer time', 'Asia/Tokyo', '2026-03-29', '02:30', '2026-03-28T17:30Z'],
    ['no summer time at half an hour', 'Asia/Kolkata', '2026-10-25', '02:30', '2026-10-24T21:00Z'],
    ['no summer time at a quarter', 'Asia/Kathmandu', '2026-12-31', '24:00', '2026-12-31T18:15Z'],
    ['UTC', 'UTC', '2026-03-29', '02:30', '2026-03-29T02:30Z'],
    ['the end of a year', 'Europe/Zurich', '2026-12-31', '24:00', '2026-12-31T23:00Z'],
    ['the first new year of all', 'Pacific/Kiritimati', '2027-01-01', '00:00', '2026-12-31T10:00Z'],
    ['the last minute of a year', 'Pacific/Pago_Pago', '2026-12-31', '23:59', '2027-01-01T10:59Z'],
    ['29 February', 'Europe/Zurich', '2028-02-29', '09:00', '2028-02-29T08:00Z'],
    ['the end of 29 February', 'Europe/Zurich', '2028-02-29', '24:00', '2028-02-29T23:00Z'],
    ['29 February behind UTC', 'America/New_York', '2028-02-29', '23:30', '2028-03-01T04:30Z'],
  ]

describe('a local time (CON-12)', () => {
  it.each(VECTORS)('%s: %s, %s %s', (_, zone, date, time, instant, exists = true) => {
    expect(atLocalTime(zone, date, time)).toEqual({ instant: new Date(instant), exists })
  })

  it.each(VECTORS.filter(([, , , , , exists]) => exists !== false))(
    '%s: %s, %s %s is what the wall shows at that instant',
    (_, zone, date, time, instant) => {
      const shown = time === '24:00' ? `${plusDays(date, 1)} 00:00` : `${date} ${time}`
      expect(wallClock(zone, new Date(instant))).toBe(shown)
      expect(localDate(zone, new Date(instant))).toBe(shown.slice(0, 10))
    },
  )
})

describe('a date', () => {
  it.each([
    ['2026-11-21', 6],
    ['2026-11-22', 7],
    ['2026-11-23', 1],
    ['2028-02-29', 2],
  ])('%s is day %i of its week', (date, day) => {
    expect(weekday(date)).toBe(day)
  })

  it('goes on over the ends of months, years and Februaries', () => {
    expect(plusDays('2026-12-31', 1)).toBe('2027-01-01')
    expect(plusDays('2027-01-01', -1)).toBe('2026-12-31')
    expect(plusDays('2028-02-28', 1)).toBe('2028-02-29')
    expect(plusDays('2027-02-28', 1)).toBe('2027-03-01')
  })
})

describe('the same time some days later', () => {
  it('is the same time on the wall, though a day in between had 23 or 25 hours', () => {
    const later = (from: string, days: number) =>
      sameTimeDaysLater('Europe/Zurich', new Date(from), days).toISOString()
    expect(later('2026-03-28T08:00:00Z', 1)).toBe('2026-03-29T07:00:00.000Z')
    expect(later('2026-10-24T07:00:00Z', 1)).toBe('2026-10-25T08:00:00.000Z')
    expect(later('2027-02-28T08:00:00.123Z', 366)).toBe('2028-02-29T08:00:00.123Z')
  })
})
