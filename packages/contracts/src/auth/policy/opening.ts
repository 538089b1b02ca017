import { z } from 'zod'

import { text } from '../../primitives/text.ts'

const MOST_OPENINGS_A_DAY = 10
const MOST_CLOSURES = 200

const OPENS = /^([01]\d|2[0-3]):[0-5]\d$/
const CLOSES = /^(([01]\d|2[0-3]):[0-5]\d|24:00)$/

const Opening = z
  .strictObject({
    opens: z.string().regex(OPENS, 'Write a time of the day from 00:00 to 23:59, such as 09:00.'),
    closes: z.string().regex(CLOSES, 'Write a time of the day from 00:01 to 24:00, such as 17:00.'),
  })
  .refine(({ opens, closes }) => opens < closes, {
    path: ['closes'],
    error: '`closes` must be after `opens`; what goes on after midnight belongs to the next day.',
  })
  .meta({ id: 'Opening' })

/** The openings of one weekday, in order and apart: texts of one length compare like the times they stand for. */
const Openings = z
  .array(Opening)
  .max(MOST_OPENINGS_A_DAY, `Write at most ${MOST_OPENINGS_A_DAY} openings for a day.`)
  .superRefine((openings, context) => {
    openings.forEach(({ opens }, index) => {
      const before = openings[index - 1]
      if (before === undefined || before.closes <= opens) return
      const message = 'Write the openings of a day in order, none beginning before the one before has closed.'
      context.addIssue({ code: 'custom', path: [index, 'opens'], message })
    })
  })
  .default([])

/** When the desk is open, weekday by weekday; a day without openings is closed. */
export const OpeningHours = z
  .strictObject({
    monday: Openings,
    tuesday: Openings,
    wednesday: Openings,
    thursday: Openings,
    friday: Openings,
    saturday: Openings,
    sunday: Openings,
  })
  .meta({ id: 'OpeningHours' })

const CalendarDate = z.iso.date('Write an existing date, such as 2026-12-24.')

const Closure = z
  .strictObject({
    from: CalendarDate.describe('The first closed day.'),
    to: CalendarDate.describe('The last closed day.'),
    reason: text(200),
  })
  .refine(({ from, to }) => from <= to, { path: ['to'], error: '`to` must not be before `from`.' })
  .meta({ id: 'Closure' })

export const Closures = z
  .array(Closure)
  .max(MOST_CLOSURES, `Write at most ${MOST_CLOSURES} closures; leave out those that are over.`)
