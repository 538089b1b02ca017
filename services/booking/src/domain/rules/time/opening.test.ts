import { describe, expect, it } from '@jest/globals'
import { Failure } from '@kitroom/errors'

import { type DeskCalendar, type DeskMoment, openDuring, type Opening, requireOpen } from './opening.ts'

const nineToFive: Opening[] = [{ opens: '09:00', closes: '17:00' }]
const weekdays = (day: Opening[], weekend: Opening[] = []) => [day, day, day, day, day, weekend, weekend]

const calendar = (set: Partial<DeskCalendar> = {}): DeskCalendar => ({
  timezone: 'Europe/Zurich',
  openingHours: weekdays(nineToFive),
  closures: [],
  ...set,
})

function refusal(of: DeskCalendar, moment: DeskMoment, instant: string): Failure | undefined {
  try {
    requireOpen(of, moment, new Date(instant))
    return undefined
  } catch (error) {
    if (error instanceof Failure) return error
    throw error
  }
}
const isOpen = (of: DeskCalendar, moment: DeskMoment, instant: string) =>
  refusal(of, moment, instant) === undefined

describe('opening hours', () => {
  it.each<[string, DeskMoment, string, boolean]>([
    ['a start just before opening', 'start_at', '2026-11-23T07:59:59.999Z', false],
    ['a start at opening', 'start_at', '2026-11-23T08:00Z', true],
    ['a start just before closing', 'start_at', '2026-11-23T15:59:59.999Z', true],
    ['a start at closing', 'start_at', '2026-11-23T16:00Z', false],
    ['an end just before opening', 'end_at', '2026-11-23T07:59:59.999Z', false],
    ['an end at opening', 'end_at', '2026-11-23T08:00Z', true],
    ['an end at closing', 'end_at', '2026-11-23T16:00Z', true],
    ['an end just after closing', 'end_at', '2026-11-23T16:00:00.001Z', false],
    ['a start on a Sunday', 'start_at', '2026-11-22T10:00Z', false],
  ])('%s (%s at %s) is allowed: %s', (_, moment, instant, allowed) => {
    expect(isOpen(calendar(), moment, instant)).toBe(allowed)
  })

  it('may be several a day', () => {
    const twice = calendar({
      openingHours: weekdays([
        { opens: '09:00', closes: '12:00' },
        { opens: '13:00', closes: '17:00' },
      ]),
    })
    expect(isOpen(twice, 'end_at', '2026-11-23T11:00Z')).toBe(true)
    expect(isOpen(twice, 'start_at', '2026-11-23T11:00Z')).toBe(false)
    expect(isOpen(twice, 'start_at', '2026-11-23T11:30Z')).toBe(false)
    expect(isOpen(twice, 'start_at', '2026-11-23T12:00Z')).toBe(true)
    expect(refusal(twice, 'end_at', '2026-11-23T20:00Z')?.facts?.['nearest']).toEqual({
      before: '2026-11-23T16:00:00.000Z',
      after: '2026-11-24T08:00:00.000Z',
    })
  })

  it('until midnight take what ends then, and go over midnight when the next day opens then', () => {
    const late = calendar({ openingHours: weekdays([{ opens: '18:00', closes: '24:00' }]) })
    expect(isOpen(late, 'end_at', '2026-11-23T23:00Z')).toBe(true)
    expect(isOpen(late, 'start_at', '2026-11-23T23:00Z')).toBe(false)
    const night = calendar({ openingHours: weekdays([{ opens: '00:00', closes: '24:00' }]) })
    expect(isOpen(night, 'start_at', '2026-11-23T23:00Z')).toBe(true)
    expect(isOpen(night, 'end_at', '2026-11-27T23:00Z')).toBe(true)
    expect(isOpen(night, 'start_at', '2026-11-27T23:00Z')).toBe(false)
  })

  it('that were never set are always, and those without any opening never', () => {
    expect(isOpen(calendar({ openingHours: null }), 'start_at', '2026-11-22T03:00Z')).toBe(true)
    const shut = refusal(calendar({ openingHours: weekdays([]) }), 'start_at', '2026-11-23T10:00Z')
    expect(shut?.facts).toMatchObject({ limit: [], nearest: { before: null, after: null } })
  })

  it('refuse with the day’s hours, the time asked for and the nearest open times', () => {
    const start = refusal(calendar(), 'start_at', '2026-11-23T16:00Z')
    expect(start).toMatchObject({ code: 'policy-violated', kind: 'conflict' })
    expect(start?.message).toContain('2026-11-23 17:00 (Europe/Zurich)')
    expect(start?.facts).toEqual({
      rule: 'opening_hours',
      limit: nineToFive,
      actual: '2026-11-23T16:00:00.000Z',
      field: 'start_at',
      timezone: 'Europe/Zurich',
      reason: null,
      nearest: { before: '2026-11-23T15:59:00.000Z', after: '2026-11-24T08:00:00.000Z' },
    })
    const end = refusal(calendar(), 'end_at', '2026-11-22T10:00Z')
    expect(end?.facts).toMatchObject({
      limit: [],
      nearest: { before: '2026-11-20T16:00:00.000Z', after: '2026-11-23T08:00:00.000Z' },
    })
  })

  it('point only at times that are allowed', () => {
    const odd = calendar({
      openingHours: weekdays([
        { opens: '02:00', closes: '02:01' },
        { opens: '23:59', closes: '24:00' },
      ]),
      closures: [{ from: '2026-10-23', to: '2026-10-24', reason: 'Moving' }],
    })
    for (let hour = 0; hour < 24 * 14; hour++) {
      const instant = new Date(Date.UTC(2026, 9, 19, hour, 7)).toISOString()
      for (const moment of ['start_at', 'end_at'] as const) {
        const { before, after } = refusal(odd, moment, instant)?.facts?.['nearest'] as Record<string, string>
        expect(before! < instant && instant < after!).toBe(true)
        expect([isOpen(odd, moment, before!), isOpen(odd, moment, after!)]).toEqual([true, true])
      }
    }
  })
})

describe('a closure', () => {
  const holidays = { from: '2026-12-24', to: '2027-01-02', reason: 'Christmas' }
  const closed = calendar({ openingHours: null, closures: [holidays] })

  it.each<[string, DeskMoment, string, boolean]>([
    ['the last instant before it', 'start_at', '2026-12-23T22:59:59.999Z', true],
    ['an end as it begins', 'end_at', '2026-12-23T23:00Z', true],
    ['a start as it begins', 'start_at', '2026-12-23T23:00Z', false],
    ['its last instant', 'start_at', '2027-01-02T22:59:59.999Z', false],
    ['the instant it is over', 'start_at', '2027-01-02T23:00Z', true],
  ])('has whole local days, the last one too: %s', (_, moment, instant, allowed) => {
    expect(isOpen(closed, moment, instant)).toBe(allowed)
  })

  it('refuses with its reason, its dates and the nearest open times beyond it', () => {
    const found = refusal(calendar({ closures: [holidays] }), 'end_at', '2026-12-28T10:00Z')
    expect(found?.message).toContain('Christmas')
    expect(found?.facts).toMatchObject({
      rule: 'closures',
      limit: holidays,
      reason: 'Christmas',
      nearest: { before: '2026-12-23T16:00:00.000Z', after: '2027-01-04T08:00:00.000Z' },
    })
  })
})

describe('when clocks change', () => {
  const everyDay = (opens: string, closes: string, timezone = 'Europe/Zurich') =>
    calendar({ timezone, openingHours: weekdays([{ opens, closes }], [{ opens, closes }]) })

  it('a bound that the clocks leap over is the instant of the leap', () => {
    expect(isOpen(everyDay('02:30', '05:00'), 'start_at', '2026-03-29T01:00Z')).toBe(true)
    expect(isOpen(everyDay('02:30', '05:00'), 'start_at', '2026-03-29T00:59Z')).toBe(false)
    expect(isOpen(everyDay('00:00', '02:30'), 'end_at', '2026-03-29T01:00Z')).toBe(true)
    expect(isOpen(everyDay('00:00', '02:30'), 'end_at', '2026-03-29T01:01Z')).toBe(false)
  })

  it('an opening wholly within the leap is none', () => {
    expect(isOpen(everyDay('02:10', '02:50'), 'end_at', '2026-03-29T01:00Z')).toBe(false)
    expect(isOpen(everyDay('02:10', '02:50'), 'end_at', '2026-03-30T00:30Z')).toBe(true)
  })

  it('an hour that comes twice opens and closes at its first coming', () => {
    const early = everyDay('01:00', '02:30')
    expect(isOpen(early, 'start_at', '2026-10-25T00:15Z')).toBe(true)
    expect(isOpen(early, 'start_at', '2026-10-25T01:15Z')).toBe(false)
    expect(isOpen(everyDay('02:30', '04:00'), 'start_at', '2026-10-25T01:15Z')).toBe(true)
  })

  it('half an hour is enough', () => {
    const howe = everyDay('02:00', '04:00', 'Australia/Lord_Howe')
    expect(isOpen(howe, 'start_at', '2026-10-03T15:30Z')).toBe(true)
    expect(isOpen(howe, 'start_at', '2026-10-03T15:29Z')).toBe(false)
  })

  it('a day without midnight opens when it begins', () => {
    const cairo = everyDay('00:00', '24:00', 'Africa/Cairo')
    for (const instant of ['2026-04-23T21:59:59.999Z', '2026-04-23T22:00Z', '2026-04-23T22:30Z']) {
      expect(isOpen(cairo, 'start_at', instant)).toBe(true)
    }
  })
})

describe('the open time within a period', () => {
  const during = (of: DeskCalendar, startAt: string, endAt: string) =>
    openDuring(of, { startAt: new Date(startAt), endAt: new Date(endAt) })?.map((open) =>
      [open.startAt, open.endAt].map((instant) => instant.toISOString().slice(0, 16)).join(' to '),
    )

  it('is the openings of its days, cut off at its ends, without weekends and closures', () => {
    const closed = calendar({ closures: [{ from: '2026-11-24', to: '2026-11-24', reason: 'Moving' }] })
    expect(during(closed, '2026-11-20T10:00Z', '2026-11-25T09:00Z')).toEqual([
      '2026-11-20T10:00 to 2026-11-20T16:00',
      '2026-11-23T08:00 to 2026-11-23T16:00',
      '2026-11-25T08:00 to 2026-11-25T09:00',
    ])
    expect(during(closed, '2026-11-20T16:00Z', '2026-11-23T08:00Z')).toEqual([])
  })

  it('is as long as the day is when clocks change', () => {
    const allDay = calendar({ openingHours: weekdays([], [{ opens: '00:00', closes: '24:00' }]) })
    expect(during(allDay, '2026-10-24T12:00Z', '2026-10-26T12:00Z')).toEqual([
      '2026-10-24T12:00 to 2026-10-24T22:00',
      '2026-10-24T22:00 to 2026-10-25T23:00',
    ])
  })

  it('is all of it where nothing was set', () => {
    expect(during(calendar({ openingHours: null }), '2026-11-20T10:00Z', '2026-11-25T09:00Z')).toBeUndefined()
  })
})

describe('an organisation that moves to another zone', () => {
  it('keeps its bookings’ instants and judges new ones by its new clocks', () => {
    const instant = '2026-07-01T15:30Z'
    expect(isOpen(calendar(), 'start_at', instant)).toBe(false)
    expect(isOpen(calendar({ timezone: 'Europe/London' }), 'start_at', instant)).toBe(true)
  })
})
