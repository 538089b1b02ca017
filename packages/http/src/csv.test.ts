import { describe, expect, it } from '@jest/globals'
import type { CsvFile } from '@kitroom/contracts'
import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { z } from 'zod'

import { renderCsv } from './csv.ts'
import { ok } from './reply.ts'

const entry = z.object({
  name: z.string(),
  hours: z.number(),
  late: z.boolean().nullable(),
  next: z.object({ id: z.string(), units: z.array(z.object({ code: z.string() })) }).nullable(),
})
type Entry = z.infer<typeof entry>

const file: CsvFile = {
  file: 'things.csv',
  entry,
  columns: ['name', 'hours', 'late', 'next.id', 'next.units.code'],
}
const thing = (change: Partial<Entry> = {}): Entry => ({
  name: 'Lamp',
  hours: 1.5,
  late: null,
  next: null,
  ...change,
})
const rendered = async (...data: unknown[]) => (await renderCsv(file, ok({ data, total: 7 }))).body
const lineOf = async (change: Partial<Entry>) => (await rendered(thing(change))).split('\r\n')[1]

/** As RFC 4180 reads it; csv-parse would also take other line breaks and trim nothing. */
const read = (text: string): string[][] => parse(text, { record_delimiter: '\r\n' })

/** A text as it stands in the file: told apart from a formula. */
const harmless = (text: string) => (/^[=+\-@\t\r＝＋－＠]/.test(text) ? `'${text}` : text)

describe('a list as a CSV file', () => {
  it('has a line of titles and one for each entry, which all end with CRLF, and a name to be saved by', async () => {
    const next = { id: 'B', units: [{ code: 'L1' }, { code: 'L2' }] }
    expect(await renderCsv(file, ok({ data: [thing(), thing({ late: false, next })] }))).toEqual({
      status: 200,
      headers: {
        'Content-Type': 'text/csv; charset=utf-8; header=present',
        'Content-Disposition': 'attachment; filename="things.csv"',
        Vary: 'Accept',
      },
      body: ['name,hours,late,next.id,next.units.code', 'Lamp,1.5,,,', 'Lamp,1.5,false,B,L1; L2', ''].join(
        '\r\n',
      ),
    })
    expect(await rendered()).toBe('name,hours,late,next.id,next.units.code\r\n')
  })

  it('lets no field leave that was not promised, and fails rather than say less', async () => {
    expect(await rendered({ ...thing(), secret: 'x' })).not.toContain('x\r')
    await expect(rendered({ name: 'Lamp' })).rejects.toThrow()
    const wrong = { ...file, columns: ['next'] }
    const next = { id: 'B', units: [] }
    await expect(renderCsv(wrong, ok({ data: [thing({ next })] }))).rejects.toThrow('no single value')
  })

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '＝1', "=cmd|' /C calc'!A0", '=1",2'])(
    'says %j with an apostrophe before it, so that no spreadsheet runs it',
    async (name) => {
      const [, [told] = []] = read(await rendered(thing({ name })))
      expect(told).toBe(`'${name}`)
    },
  )

  it('leaves a number what it is, also a negative one, but not a text that looks like one', async () => {
    expect(await lineOf({ hours: -1.5 })).toBe('Lamp,-1.5,,,')
    expect(await lineOf({ name: '-1.5' })).toBe("'-1.5,1.5,,,")
  })

  it('neutralises what begins a cell, wherever in the entry it comes from', async () => {
    const next = { id: '@x', units: [{ code: '=1' }, { code: '=2' }] }
    expect(await lineOf({ next })).toBe("Lamp,1.5,,'@x,'=1; =2")
  })

  it('can be read back, whatever its texts hold', async () => {
    const text = fc.string({
      unit: fc.constantFrom(
        'a',
        'Ü',
        '"',
        ',',
        ';',
        '\n',
        '\r',
        '\t',
        ' ',
        '=',
        '-',
        "'",
        '＠',
        '📷',
        '\uFEFF',
      ),
      maxLength: 12,
    })
    const row = fc.record({ name: text, hours: fc.integer(), late: fc.boolean(), id: text, code: text })
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 20 }), async (rows) => {
        const data = rows.map(({ name, hours, late, id, code }) =>
          thing({ name, hours, late, next: { id, units: [{ code }] } }),
        )
        const [, ...lines] = read(await rendered(...data))
        expect(lines).toEqual(
          rows.map(({ name, hours, late, id, code }) => [
            harmless(name),
            String(hours),
            String(late),
            harmless(id),
            harmless(code),
          ]),
        )
      }),
      { numRuns: 500 },
    )
  })

  it('of many entries has them all, in their order', async () => {
    const many = Array.from({ length: 2_501 }, (_, at) => thing({ hours: at }))
    const [, ...lines] = read(await rendered(...many))
    expect(lines.map(([, hours]) => Number(hours))).toEqual(many.map(({ hours }) => hours))
  })
})
