import { afterEach, describe, expect, it, jest } from '@jest/globals'
import { validate, version } from 'uuid'

import { newId } from './new-id.ts'

const MANY = 5_000

describe('newId', () => {
  afterEach(() => {
    jest.restoreAllMocks()
  })

  it('makes UUIDs of version 7', () => {
    const id = newId()
    expect(validate(id)).toBe(true)
    expect(version(id)).toBe(7)
  })

  it('makes each larger than the one before, within a millisecond and when the clock goes back', () => {
    const now = Date.now()
    const clock = jest.spyOn(Date, 'now').mockReturnValue(now)
    const ids = Array.from({ length: MANY }, newId)
    clock.mockReturnValue(now - 60_000)
    ids.push(...Array.from({ length: MANY }, newId))
    expect(ids).toEqual(ids.toSorted())
    expect(new Set(ids).size).toBe(2 * MANY)
  })

  it('uses nothing it has drawn twice', () => {
    const tails = Array.from({ length: MANY }, () => newId().slice(-12))
    expect(new Set(tails).size).toBe(MANY)
  })
})
