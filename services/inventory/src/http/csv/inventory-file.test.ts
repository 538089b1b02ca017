import { describe, expect, it } from '@jest/globals'
import type { ImportMapping } from '@kitroom/contracts'
import { Failure, type FieldError } from '@kitroom/errors'
import { timeLimit } from '@kitroom/testing'
import fc from 'fast-check'

import { readInventoryFile } from './inventory-file.ts'

const mapping: ImportMapping = { name: 'name', barcode: 'code', delimiter: ',' }

/** The bytes in pieces of `size`, as a network may bring them. */
async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

const read = (file: string | Uint8Array, columns: Partial<ImportMapping> = {}, size = 65_536) =>
  readInventoryFile(inPieces(typeof file === 'string' ? Buffer.from(file) : file, size), {
    ...mapping,
    ...columns,
  })

async function errorsOf(
  file: string | Uint8Array,
  columns: Partial<ImportMapping> = {},
): Promise<FieldError[]> {
  const refusal: unknown = await read(file, columns).catch((error: unknown) => error)
  if (!(refusal instanceof Failure)) throw new Error('The file was not refused.')
  expect(refusal.code).toBe('validation-failed')
  return refusal.errors ?? []
}

const linesOf = async (file: string | Uint8Array) => (await errorsOf(file)).map(({ line }) => line)

describe('an inventory file', () => {
  const cell = fc
    .string({
      unit: fc.constantFrom('a', 'Ü', '"', ',', ';', '\n', '\r\n', ' ', '📷', '%'),
      minLength: 1,
      maxLength: 12,
    })
    .filter((text) => text.trim() !== '')
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`
  const needsQuotes = (text: string, delimiter: string) => /["\r\n]/.test(text) || text.includes(delimiter)

  it('is read as it was written, whatever its cells hold, its line breaks are and its pieces', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ name: cell, about: fc.option(cell), quoteAll: fc.boolean() }), {
          maxLength: 12,
        }),
        fc.constantFrom(',', ';', '\t'),
        fc.constantFrom('\n', '\r\n'),
        fc.boolean(),
        fc.boolean(),
        fc.integer({ min: 1, max: 40 }),
        async (rows, delimiter, lineBreak, bom, finalBreak, size) => {
          const write = (text: string, always: boolean) =>
            always || needsQuotes(text, delimiter) ? quoted(text) : text
          const lines = rows.map(({ name, about, quoteAll }, at) =>
            [write(name, quoteAll), `B${at}`, write(about ?? '', quoteAll)].join(delimiter),
          )
          const text = [['name', 'code', 'about'].join(delimiter), ...lines].join(lineBreak)
          const file = Buffer.from(`${bom ? '\uFEFF' : ''}${text}${finalBreak ? lineBreak : ''}`)
          const result = await read(file, { description: 'about', delimiter }, size)
          expect(result).toEqual(
            rows.map(({ name, about }, at) => ({
              name: name.trim().normalize('NFC'),
              type: 'EQUIPMENT',
              barcode: `B${at}`,
              description: about?.trim() ?? null,
              serialNumber: null,
              tag: null,
              condition: 'GOOD',
            })),
          )
        },
      ),
      { numRuns: 300 },
    )
  })

  it('never fails otherwise than by naming lines or columns', async () => {
    const noise = fc.string({
      unit: fc.constantFrom('a', 'b', '"', ',', '\n', '\r', '\0', ' '),
      maxLength: 60,
    })
    await fc.assert(
      fc.asyncProperty(noise, async (text) => {
        const lines = text.split('\n').length + 1
        try {
          await read(`name,code\n${text}`)
        } catch (error) {
          if (!(error instanceof Failure)) throw error
          const named = error.errors?.map(({ line }) => line ?? 0) ?? []
          expect(named.length).toBeGreaterThan(0)
          expect(named).toEqual([...new Set(named)].toSorted((a, b) => a - b))
          expect(named[0]).toBeGreaterThan(1)
          expect(named.at(-1)).toBeLessThanOrEqual(lines)
        }
      }),
      { numRuns: 1_000 },
    )
  })

  it.each([
    ['a missing name', 'name,code\n,1\nx,2\n', [2]],
    ['a missing barcode', 'name,code\nx,\n', [2]],
    ['a name of white space', 'name,code\n" ",1\n', [2]],
    ['a barcode twice, both its lines', 'name,code\na,1\nb,2\nc,1\n', [2, 4]],
    ['a barcode three times', 'name,code\na,1\nb,1\nc,1\n', [2, 3, 4]],
    ['a barcode twice, composed and decomposed', 'name,code\na,\u00e8\nb,e\u0300\n', [2, 3]],
    ['a row too long', 'name,code\na,1,\n', [2]],
    ['a row without a mapped column', 'code,x,name\n1,y\n', [2]],
    ['a quotation mark inside a cell', 'name,code\n5" disk,1\nb,\n', [2, 3]],
    ['something after a closing quotation mark', 'name,code\n"a"b,1\nb,\n', [2, 3]],
    [
      'a quotation mark never closed, and the mistakes behind it',
      'name,code\n"a,1\n,2\nb,3\nc,\n',
      [2, 3, 5],
    ],
    ['two quotation marks never closed', 'name,code\n"a,1\nb,2\n"c,3\n,4\n', [2, 4, 5]],
    ['a good record of two lines and a bad row after it', 'name,code\n"a\nb",1\n,2\n', [4]],
    ['a bad row that begins on one line and ends on the next', 'name,code\nok,0\n"a\nb",\n', [3]],
    ['text too long', `name,code\n${'x'.repeat(201)},1\n`, [2]],
    ['the NUL character', 'name,code\na\0,1\n', [2]],
    ['an empty line among others, which is none', 'name,code\n\na,1\n\r\n,2\n\n', [5]],
    ['nothing at all', '', [1]],
    ['a title line with broken quoting', 'na"me,code\na,1\n', [1]],
  ])('is refused for %s', async (_, file, lines) => {
    expect(await linesOf(file)).toEqual(lines)
  })

  it('is refused for bytes that are no UTF-8, by line', async () => {
    const latin1 = Buffer.from('name,code\nok,1\nVerst\xe4rker,2\n', 'latin1')
    expect(await linesOf(latin1)).toEqual([3])
  })

  it('is told what is wrong with a row in one entry, with the column’s title', async () => {
    const errors = await errorsOf('Titel,code,state\n,,shiny\n', { name: 'Titel', condition: 'state' })
    expect(errors).toEqual([
      {
        line: 2,
        detail:
          'Titel: The cell is empty. code: The cell is empty. state: Write NEW, GOOD, WORN, DAMAGED, or nothing for GOOD.',
      },
    ])
  })

  it('may end its rows early when the columns asked for are there', async () => {
    expect(await read('name,code,x,y\na,1\nb,2,,\n')).toHaveLength(2)
  })

  it('must have each column asked for exactly once', async () => {
    expect(await errorsOf('name,name,code\na,b,1\n')).toEqual([
      { parameter: 'name', detail: 'The title line has the column “name” more than once.' },
    ])
    expect(await errorsOf('a,b\n1,2\n', { tag: 'T' })).toMatchObject([
      { parameter: 'name' },
      { parameter: 'barcode' },
      { parameter: 'tag' },
    ])
  })

  it('is given up after 10,000 bad rows, soon, whatever is wrong with them', async () => {
    for (const bad of ['"a,1\n', 'a"b,1\n', '"a"b,1\n', ',\n', 'same,1\n']) {
      const started = performance.now()
      expect(await linesOf(`name,code\n${bad.repeat(200_000)}`)).toHaveLength(10_000)
      expect(performance.now() - started).toBeLessThan(timeLimit(5_000))
    }
  })

  it('costs no more for one record without end', async () => {
    expect(await linesOf(`name,code\n${',x'.repeat(1_000_000)}\na,\n`)).toEqual([2, 3])
    expect(await linesOf(`name,code\n"${'x\n'.repeat(1_000_000)}"\n`)).toHaveLength(10_000)
  })
})
