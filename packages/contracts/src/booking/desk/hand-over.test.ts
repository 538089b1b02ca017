import { describe, expect, it } from '@jest/globals'
import type { z } from 'zod'

import { Reason } from '../reason.ts'
import { HandOut, MAX_LOAN_ITEMS, ReturnOfUnits, Swap } from './hand-over.ts'
import { WalkIn } from './walk-in.ts'

const UNIT = '01941f29-7c00-7000-8000-00000000000a'
const OTHER_UNIT = '01941f29-7c00-7000-8000-00000000000b'
const unit = (number: number) => UNIT.slice(0, -4) + String(number).padStart(4, '0')

/** The JSON pointers of all objections. */
const places = (schema: z.ZodType, body: unknown): string[] =>
  (schema.safeParse(body).error?.issues ?? []).map(({ path }) =>
    path.map((step) => `/${String(step)}`).join(''),
  )

describe('what the desk sends', () => {
  it('may be empty', () => {
    expect(Reason.parse({})).toEqual({ reason: null })
    expect(HandOut.parse({})).toEqual({ items: [], partial: false })
    expect(ReturnOfUnits.parse({})).toEqual({ items: [], partial: false })
  })

  it.each([HandOut, ReturnOfUnits])('mentions each unit once, in a condition that exists', (schema) => {
    const worn = { resource_unit_id: UNIT, condition: 'WORN' }
    const unseen = { resource_unit_id: OTHER_UNIT, note: 'In a hurry.' }
    expect(places(schema, { items: [worn, unseen] })).toEqual([])
    expect(places(schema, { items: [worn, { ...worn, resource_unit_id: UNIT.toUpperCase() }] })).toEqual([
      '/items/1/resource_unit_id',
    ])
    expect(places(schema, { items: [{ ...worn, condition: 'worn' }] })).toEqual(['/items/0/condition'])
  })

  it.each([HandOut, ReturnOfUnits])('names the units of a part', (schema) => {
    expect(places(schema, { partial: true })).toEqual(['/items'])
    expect(places(schema, { partial: true, items: [] })).toEqual(['/items'])
    expect(places(schema, { partial: true, items: [{ resource_unit_id: UNIT }] })).toEqual([])
  })

  it('mentions no more units than a loan may have', () => {
    const items = Array.from({ length: MAX_LOAN_ITEMS }, (_, number) => ({ resource_unit_id: unit(number) }))
    expect(places(ReturnOfUnits, { items })).toEqual([])
    expect(places(ReturnOfUnits, { items: [...items, { resource_unit_id: OTHER_UNIT }] })).toEqual(['/items'])
  })

  it('swaps with or without a word about what comes back', () => {
    expect(Swap.parse({ resource_unit_id: UNIT })).toEqual({ resource_unit_id: UNIT, note: null })
    expect(places(Swap, { resource_unit_id: UNIT, condition: 'LOST' })).toEqual(['/condition'])
  })
})

describe('a walk-in', () => {
  const body = { on_behalf_of: UNIT, end_at: '2026-03-01T17:00:00Z', items: [{ resource_unit_id: UNIT }] }

  it('names its borrower, its end and what is lent', () => {
    expect(places(WalkIn, body)).toEqual([])
    expect(new Set(places(WalkIn, {}))).toEqual(new Set(['/on_behalf_of', '/end_at', '/items']))
  })

  it('ends after it began, at most 366 days later', () => {
    expect(places(WalkIn, { ...body, picked_up_at: body.end_at })).toEqual(['/end_at'])
    expect(places(WalkIn, { ...body, picked_up_at: '2025-02-01T00:00:00Z' })).toEqual(['/end_at'])
  })
})
