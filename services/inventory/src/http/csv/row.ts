import {
  Barcode,
  DEFAULT_TYPE,
  type ImportMapping,
  name,
  ResourceType,
  TagName,
  text,
  UnitCondition,
} from '@kitroom/contracts'
import { z } from 'zod'

import type { ImportRow } from '../../domain/import-plan.ts'

/** What a column can hold. */
export type Field = Exclude<keyof ImportMapping, 'delimiter'>

const missing = {
  error: ({ input }: { input?: unknown }) => (input === null ? 'The cell is empty.' : undefined),
}

const Row = z.object({
  name: z.string(missing).pipe(name(200)),
  type: ResourceType,
  barcode: z.string(missing).pipe(Barcode),
  description: text(4000).nullable(),
  serial_number: text(200).nullable(),
  tag: TagName.nullable(),
  condition: z.enum(UnitCondition.options, `Write ${UnitCondition.options.join(', ')}, or nothing for GOOD.`),
})

/**
 * Reads a row by the schemas every client obeys. White space around a cell is not part of it.
 * @returns the row, or what is wrong with it, by column
 */
export function readRow(
  cells: readonly string[],
  columns: ReadonlyMap<Field, number>,
  titles: readonly string[],
): { row: ImportRow } | { faults: string[]; barcode: string | null } {
  const cell = (field: Field): string | null => {
    const column = columns.get(field)
    return (column === undefined ? '' : (cells[column] ?? '').trim()) || null
  }
  const parsed = Row.safeParse({
    name: cell('name'),
    type: cell('type') ?? DEFAULT_TYPE,
    barcode: cell('barcode'),
    description: cell('description'),
    serial_number: cell('serial_number'),
    tag: cell('tag'),
    condition: cell('condition')?.toUpperCase() ?? 'GOOD',
  })
  if (parsed.success) {
    const { serial_number, ...row } = parsed.data
    return { row: { ...row, serialNumber: serial_number } }
  }
  const faults = parsed.error.issues.map(({ path, message }) => {
    const column = columns.get(path[0] as Field)
    return `${column === undefined ? String(path[0]) : (titles[column] ?? '')}: ${message}`
  })
  return { faults, barcode: cell('barcode')?.normalize('NFC') ?? null }
}
