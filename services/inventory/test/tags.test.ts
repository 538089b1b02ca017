import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Resource, Tag } from '@kitroom/contracts'

import { type InventorySystem, inventorySystem, type ListOf, type Person } from './inventory-system.ts'

describe('a tag', () => {
  let on: InventorySystem
  let staff: Person

  beforeAll(async () => {
    on = await inventorySystem()
    staff = on.person('staff')
  })
  afterAll(() => on[Symbol.asyncDispose]())

  const make = (name: string) => on.send<Tag>(staff, 'POST', '/tags', { body: { name } })

  it('is made once under its name, however its letters were composed', async () => {
    const made = await make('Gen\u00e8ve')
    expect(made).toMatchObject({
      status: 201,
      body: { org_id: staff.orgId, name: 'Gen\u00e8ve', version: 1 },
    })
    expect(made.headers.get('location')).toBe(`/tags/${made.body.id}`)
    expect(await make('Gene\u0300ve')).toMatchObject({ status: 409, body: { code: 'already-exists' } })
    expect((await make('genève')).status).toBe(201)
    expect(await on.actionsOn(made.body.id)).toEqual(['CREATE'])
  })

  it('is made on the fly by a resource, once', async () => {
    await on.resource(staff, 'First', [], { tags: ['fly'] })
    await on.resource(staff, 'Second', [], { tags: ['fly'] })
    const [tag, ...others] = (await on.tags(staff)).filter(({ name }) => name === 'fly')
    expect(others).toEqual([])
    expect(await on.actionsOn(tag!.id)).toEqual(['CREATE'])
  })

  it('renamed, it shows on its resources, whose versions rise', async () => {
    const { id } = await on.resource(staff, 'Renamed tag', [], { tags: ['before', 'other'] })
    const tag = (await on.tags(staff)).find(({ name }) => name === 'before')
    const path = `/tags/${tag!.id}`
    expect((await on.send(staff, 'PATCH', path, { body: { name: 'x' }, ifMatch: 2 })).status).toBe(412)
    expect((await on.send(staff, 'PATCH', path, { body: { name: 'other' } })).status).toBe(409)
    const renamed = await on.send<Tag>(staff, 'PATCH', path, { body: { name: 'after' }, ifMatch: 1 })
    expect(renamed).toMatchObject({ status: 200, body: { name: 'after', version: 2 } })
    expect(renamed.headers.get('etag')).toBe('"2"')
    expect((await on.send<Resource>(staff, 'GET', `/resources/${id}`)).body).toMatchObject({
      tags: ['after', 'other'],
      version: 2,
    })
    expect(await on.actionsOn(id)).toEqual(['CREATE', 'UPDATE'])
    expect((await on.list(staff, 'tag=before')).total).toBe(0)
    expect((await on.list(staff, 'tag=after')).total).toBe(1)
  })

  it('deleted, it leaves its resources, and its name is free again', async () => {
    const { id } = await on.resource(staff, 'Untagged', [], { tags: ['leaving', 'staying'] })
    const tag = (await on.tags(staff)).find(({ name }) => name === 'leaving')
    expect((await on.send(staff, 'DELETE', `/tags/${tag!.id}`, { ifMatch: 2 })).status).toBe(412)
    expect((await on.send(staff, 'DELETE', `/tags/${tag!.id}`)).status).toBe(204)
    expect((await on.send(staff, 'DELETE', `/tags/${tag!.id}`)).status).toBe(404)
    expect((await on.send<Resource>(staff, 'GET', `/resources/${id}`)).body).toMatchObject({
      tags: ['staying'],
      version: 2,
    })
    expect(await on.actionsOn(tag!.id)).toEqual(['CREATE', 'SOFT_DELETE'])
    expect((await make('leaving')).status).toBe(201)
  })

  it('is listed by name, searched by part of it with every character meaning itself, and paged', async () => {
    const other = on.person('staff')
    for (const name of ['b_1', 'a%2', 'C3']) await on.send(other, 'POST', '/tags', { body: { name } })
    const names = async (query: string) =>
      (await on.send<ListOf<Tag>>(other, 'GET', `/tags?${query}`)).body.data.map(({ name }) => name)
    expect(await names('')).toEqual(['C3', 'a%2', 'b_1'])
    expect(await names('sort=-created_at')).toEqual(['C3', 'a%2', 'b_1'])
    expect(await names('q=c')).toEqual(['C3'])
    expect(await names('q=%25')).toEqual(['a%2'])
    expect(await names('q=_')).toEqual(['b_1'])
    const student = on.person('student', other.orgId)
    expect((await on.send(student, 'POST', '/tags', { body: { name: 'x' } })).status).toBe(403)
    expect((await on.send(student, 'GET', '/tags?limit=2')).body).toMatchObject({ total: 3, has_next: true })
  })
})
