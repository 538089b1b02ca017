import { describe, expect, it } from '@jest/globals'
import { createTag, deleteTag, endpoint, getAuditEvent, listUsers, Tag } from '@kitroom/contracts'

import { accepted, created, noContent, ok, render } from './reply.ts'

const tag = {
  id: '01941f29-7c00-7000-8000-00000000000a',
  org_id: '01941f29-7c00-7000-8000-0000000000ff',
  name: 'Audio',
  version: 7,
  created_at: '2026-03-01T09:00:00.000Z',
}
const user = {
  id: tag.id,
  org_id: tag.org_id,
  email: 'ada@example.edu',
  full_name: 'Ada Lovelace',
  is_active: true,
  roles: ['staff'],
  version: 1,
  created_at: tag.created_at,
}

describe('a reply', () => {
  it('has its status, its place and the version as a strong entity tag', () => {
    expect(render(createTag, created(`/tags/${tag.id}`, tag))).toEqual({
      status: 201,
      headers: {
        Location: `/tags/${tag.id}`,
        ETag: '"7"',
        'Content-Type': 'application/json; charset=utf-8',
      },
      body: JSON.stringify(tag),
    })
  })

  it('lets no field leave that was not promised, however deep', () => {
    const { body } = render(createTag, created('/tags/x', { ...tag, secret: 'x' }))
    expect(JSON.parse(body)).toEqual(tag)
    const page = { data: [{ ...user, password_hash: '$argon2id$' }], total: 1, page: 1, limit: 20 }
    const list = render(listUsers, ok({ ...page, has_next: false, next_cursor: null, sql: 'select' }))
    expect(JSON.parse(list.body)).toEqual({ ...page, data: [user], has_next: false, next_cursor: null })
    expect(list.headers).not.toHaveProperty('ETag')
  })

  it('fails rather than say less than was promised', () => {
    const { name: _name, ...nameless } = tag
    expect(() => render(createTag, created('/tags/x', nameless))).toThrow()
    expect(() => render(getAuditEvent, ok({ ...tag }))).toThrow()
  })

  it('fails rather than answer with a status that was not promised', () => {
    expect(() => render(createTag, ok(tag))).toThrow('createTag does not promise 200.')
    expect(() => render(createTag, noContent())).toThrow('createTag does not promise 204.')
  })

  it('has no body where none is promised', () => {
    expect(render(deleteTag, noContent())).toEqual({ status: 204, headers: {}, body: '' })
  })

  it('can be told to be watched somewhere', () => {
    const later = endpoint({ ...createTag, replies: { 202: Tag } })
    expect(render(later, accepted('/jobs/1', tag))).toMatchObject({
      status: 202,
      headers: { Location: '/jobs/1' },
    })
  })
})
