import { describe, expect, it } from '@jest/globals'
import { z } from 'zod'

import { listQuery, pageOf } from './list.ts'
import { repeatable } from './primitives/parameter.ts'
import { text } from './primitives/text.ts'

const Query = listQuery({
  filters: { q: text(5).optional(), tag: repeatable(text(5)).optional() },
  sortable: ['name', 'created_at'],
  defaultSort: '-created_at,name',
})

const placeOf = (query: unknown) => Query.safeParse(query).error?.issues[0]?.path

describe('the query of a list', () => {
  it('asks for twenty entries in the usual order when it says nothing', () => {
    expect(Query.parse({})).toEqual({
      limit: 20,
      sort: [
        { field: 'created_at', descending: true },
        { field: 'name', descending: false },
      ],
    })
  })

  it('reads limit, page, sort and filters', () => {
    expect(
      Query.parse({ limit: '100', page: '3', sort: 'name,-created_at', q: 'U87', tag: ['a', 'b'] }),
    ).toEqual({
      limit: 100,
      page: 3,
      sort: [
        { field: 'name', descending: false },
        { field: 'created_at', descending: true },
      ],
      q: 'U87',
      tag: ['a', 'b'],
    })
  })

  it.each([
    ['limit', '0'],
    ['limit', '101'],
    ['limit', '-1'],
    ['limit', ''],
    ['limit', ['5', '5']],
    ['page', '0'],
    ['page', '1e3'],
    ['page', '99999999999'],
    ['cursor', ''],
    ['cursor', "a'b"],
    ['cursor', 'a'.repeat(4097)],
    ['sort', ''],
    ['sort', 'password_hash'],
    ['sort', 'NAME'],
    ['sort', 'name,'],
    ['sort', 'name,name'],
    ['sort', 'name,-name'],
    ['sort', '--name'],
    ['sort', '+name'],
    ['sort', 'name desc'],
    ['sort', 'name;drop table resource'],
    ['sort', 'constructor'],
    ['sort', ['name', 'created_at']],
    ['q', '123456'],
    ['q', ['a', 'b']],
  ])('refuses %s=%j and says where', (parameter, sent) => {
    expect(placeOf({ [parameter]: sent })).toEqual([parameter])
  })

  it('refuses a page together with a cursor', () => {
    expect(placeOf({ page: '2', cursor: 'abc' })).toEqual(['page'])
    expect(Query.safeParse({ cursor: 'abc' }).success).toBe(true)
  })

  it('refuses parameters it does not know', () => {
    for (const unknown of ['offset', 'limit[gt]', '__proto__', 'constructor']) {
      const issue = Query.safeParse(JSON.parse(`{"${unknown}":"1"}`)).error?.issues[0]
      expect(issue).toMatchObject({ code: 'unrecognized_keys', keys: [unknown] })
    }
  })
})

describe('a page of a list', () => {
  const Page = pageOf(z.object({ id: z.string() }))
  const page = { data: [], total: 0, page: 1, limit: 20, has_next: false, next_cursor: null }

  it('has no total and no page number when a cursor was used', () => {
    expect(Page.parse({ ...page, total: null, page: null })).toEqual({ ...page, total: null, page: null })
  })

  it('lets nothing out that was not promised', () => {
    const data = [{ id: 'a', password_hash: 'x' }]
    expect(Page.parse({ ...page, data }).data).toEqual([{ id: 'a' }])
  })
})
