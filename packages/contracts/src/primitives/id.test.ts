import { describe, expect, it } from '@jest/globals'

import { Id, OrgId } from './id.ts'

const ID = '01941f29-7c00-7abc-8def-0123456789ab'

describe('an id', () => {
  it('is in lower case, however it was sent', () => {
    expect(Id.parse(ID.toUpperCase())).toBe(ID)
    expect(Id.parse(ID)).toBe(ID)
  })

  it.each([
    ['braces', `{${ID}}`],
    ['no dashes', ID.replaceAll('-', '')],
    ['dashes elsewhere', '01941f297c00-7abc-8def-0123-456789ab'],
    ['a URN', `urn:uuid:${ID}`],
    ['a digit too few', ID.slice(1)],
    ['a digit too many', `${ID}0`],
    ['a letter beyond f', ID.replace('a', 'g')],
    ['white space around', ` ${ID}`],
    ['a line after', `${ID}\n`],
    ['NUL', `${ID}\0`],
    ['two of them', `${ID}, ${ID}`],
    ['nothing', ''],
    ['ten thousand digits', 'a'.repeat(10_000)],
    ['a number', 7],
    ['null', null],
  ])('is refused with %s', (_, sent) => {
    expect(Id.safeParse(sent).success).toBe(false)
  })
})

describe('the id of an organisation', () => {
  it('is never the nil UUID', () => {
    expect(OrgId.parse(ID.toUpperCase())).toBe(ID)
    expect(OrgId.safeParse('00000000-0000-0000-0000-000000000000').success).toBe(false)
  })
})
