import { describe, expect, it } from '@jest/globals'

import type { ResourceState } from './facts.ts'
import { type ImportRow, planImport } from './import-plan.ts'

const row = (barcode: string, more: Partial<ImportRow> = {}): ImportRow => ({
  name: 'U87',
  type: 'Mic',
  barcode,
  description: null,
  serialNumber: null,
  tag: null,
  condition: 'GOOD',
  ...more,
})

const there = (id: string, name: string, type: string) => ({ id, name, type }) as ResourceState

describe('the plan of an import', () => {
  it('gives a new resource a serial number only when all its rows agree on it', () => {
    const serialOf = (...serials: (string | null)[]) =>
      planImport(
        serials.map((serialNumber, at) => row(`B${at}`, { serialNumber })),
        [],
      ).made[0]?.serialNumber
    expect(serialOf('S')).toBe('S')
    expect(serialOf('S', 'S')).toBe('S')
    expect(serialOf('S', 'T')).toBeNull()
    expect(serialOf('S', null)).toBeNull()
  })

  it('takes the first description there is, and every tag once', () => {
    const { made } = planImport(
      [
        row('1', { tag: 'a' }),
        row('2', { description: 'x', tag: 'b' }),
        row('3', { description: 'y', tag: 'a' }),
      ],
      [],
    )
    expect(made).toMatchObject([{ description: 'x', tags: ['a', 'b'] }])
  })

  it('grows the first of the resources with a row’s name and type, and no other', () => {
    const resources = [there('1', 'U87', 'Mic'), there('2', 'U87', 'Mic'), there('3', 'U87', 'Other')]
    const { made, growing } = planImport([row('1'), row('2', { name: 'u87' })], resources)
    expect(growing.map(({ resource }) => resource.id)).toEqual(['1'])
    expect(made.map(({ name }) => name)).toEqual(['u87'])
  })

  it('tells names and types apart wherever one ends', () => {
    expect(
      planImport([row('1', { name: 'a b', type: 'c' }), row('2', { name: 'a', type: 'b c' })], []).made,
    ).toHaveLength(2)
  })

  it('is empty for no rows', () => {
    expect(planImport([], [there('1', 'U87', 'Mic')])).toEqual({ made: [], growing: [] })
  })
})
