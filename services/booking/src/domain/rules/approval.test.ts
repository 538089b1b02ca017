import { describe, expect, it } from '@jest/globals'

import { type Approval, isAutomatic } from './approval.ts'

const policy = (otherwise: Approval, byType: Record<string, Approval> = {}) => ({
  otherwise,
  byType: new Map(Object.entries(byType)),
})

describe('approval by the policy itself', () => {
  it('needs every type to be automatic', () => {
    const cameras = policy('REQUIRED', { Camera: 'AUTOMATIC', Lens: 'AUTOMATIC' })
    expect(isAutomatic(cameras, ['Camera', 'Lens', 'Camera'])).toBe(true)
    expect(isAutomatic(cameras, ['Camera', 'Tripod'])).toBe(false)
  })

  it('is for all types where that is the rule, but for those that have their own', () => {
    const allButLasers = policy('AUTOMATIC', { Laser: 'REQUIRED' })
    expect(isAutomatic(allButLasers, ['Camera'])).toBe(true)
    expect(isAutomatic(allButLasers, ['Camera', 'Laser'])).toBe(false)
  })

  it('takes the name of a type to the letter', () => {
    expect(isAutomatic(policy('REQUIRED', { Camera: 'AUTOMATIC' }), ['camera'])).toBe(false)
    expect(isAutomatic(policy('REQUIRED'), ['constructor'])).toBe(false)
  })
})
