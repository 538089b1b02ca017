import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Resource, ResourceUnit, Tag } from '@kitroom/contracts'

import { type InventorySystem, inventorySystem, type Person } from './inventory-system.ts'

describe('many at once', () => {
  let on: InventorySystem
  let staff: Person

  beforeAll(async () => {
    on = await inventorySystem()
    staff = on.person('staff')
  })
  afterAll(() => on[Symbol.asyncDispose]())

  const read = async (id: string) => (await on.send<Resource>(staff, 'GET', `/resources/${id}`)).body
  const times = <T>(count: number, work: (at: number) => Promise<T>) =>
    Promise.all(Array.from({ length: count }, (_, at) => work(at)))
  const statusesOf = (answers: readonly { status: number }[]) =>
    answers.map(({ status }) => status).toSorted((a, b) => a - b)

  it('lose no update they were told was made: 32 clients count up in three descriptions', async () => {
    const resources = await times(3, (at) => on.resource(staff, `Counter ${at}`, [], { description: '0' }))
    const acknowledged = new Map(resources.map(({ id }) => [id, 0]))
    let refused = 0
    await times(32, async (client) => {
      for (let turn = 0; turn < 8; turn++) {
        const { id } = resources[(client + turn) % resources.length]!
        const { body: seen, status: read } = await on.send<Resource>(staff, 'GET', `/resources/${id}`)
        // With 32 clients at ten connections some hear 503, which promises that nothing was changed.
        if (read === 503) continue
        const { status } = await on.send(staff, 'PATCH', `/resources/${id}`, {
          body: { description: String(Number(seen.description) + 1) },
          ifMatch: seen.version,
        })
        expect([200, 412, 503]).toContain(status)
        if (status === 200) acknowledged.set(id, acknowledged.get(id)! + 1)
        if (status === 412) refused += 1
      }
    })
    expect(refused).toBeGreaterThan(0)
    for (const { id } of resources) {
      expect(await read(id)).toMatchObject({
        description: String(acknowledged.get(id)),
        version: 1 + acknowledged.get(id)!,
      })
    }
  })

  it('lose no count: units of one resource are added, withdrawn and deleted at the same time', async () => {
    const { id } = await on.resource(staff, 'Counted', ['K-1', 'K-2', 'K-3', 'K-4'])
    const [first, second] = await on.unitsOf(staff, { id })
    const answers = await Promise.all([
      ...Array.from({ length: 12 }, (_, at) =>
        on.send(staff, 'POST', `/resources/${id}/units`, { body: { barcode: `K-N${at}` } }),
      ),
      on.send(staff, 'PATCH', `/units/${first!.id}`, { body: { status: 'LOST' }, ifMatch: 1 }),
      on.send(staff, 'DELETE', `/units/${second!.id}`),
    ])
    expect(statusesOf(answers)).toEqual([200, ...Array<number>(12).fill(201), 204])
    expect(await read(id)).toMatchObject({ units_total: 15, units_available: 14, version: 15 })
    const [counted] = await on.database.admin<{ total: number; available: number }>(
      `select count(*)::int as total, (count(*) filter (where status = 'AVAILABLE'))::int as available
       from resource_unit where resource_id = $1 and deleted_at is null`,
      [id],
    )
    expect(counted).toEqual({ total: 15, available: 14 })
    expect((await on.list(staff, 'q=K-N11')).data.map((found) => found.id)).toEqual([id])
  })

  it('give one barcode to one unit', async () => {
    const { id } = await on.resource(staff, 'Wanted')
    const answers = await times(8, () =>
      on.send(staff, 'POST', `/resources/${id}/units`, { body: { barcode: 'ONLY' } }),
    )
    expect(statusesOf(answers)).toEqual([201, 409, 409, 409, 409, 409, 409, 409])
    const elsewhere = await times(8, (at) =>
      on.send(staff, 'POST', '/resources', {
        body: { type: 'T', name: `W${at}`, units: [{ barcode: 'ALSO-ONLY' }] },
      }),
    )
    expect(statusesOf(elsewhere)).toEqual([201, 409, 409, 409, 409, 409, 409, 409])
  })

  it('make one tag of one name, and share it', async () => {
    const answers = await times(8, (at) =>
      on.send<Resource>(staff, 'POST', '/resources', {
        body: { type: 'T', name: `Tagged ${at}`, tags: at % 2 === 0 ? ['p', 'q'] : ['q', 'p'] },
      }),
    )
    expect(statusesOf(answers)).toEqual(Array(8).fill(201))
    expect((await on.tags(staff)).map(({ name }) => name)).toEqual(['p', 'q'])
    expect((await on.list(staff, 'tag=p&tag=q')).total).toBe(8)
  })

  it('delete and restore once', async () => {
    const { id } = await on.resource(staff, 'Contended', ['CON-1'])
    expect(statusesOf(await times(6, () => on.send(staff, 'DELETE', `/resources/${id}`)))).toEqual([
      204, 404, 404, 404, 404, 404,
    ])
    expect(statusesOf(await times(6, () => on.send(staff, 'POST', `/resources/${id}/restore`)))).toEqual([
      200, 409, 409, 409, 409, 409,
    ])
    expect(await on.actionsOn(id)).toEqual(['CREATE', 'SOFT_DELETE', 'RESTORE'])
    expect(await read(id)).toMatchObject({ units_total: 1, version: 3 })
  })

  it('restore a unit or give its barcode away, not both', async () => {
    const { id } = await on.resource(staff, 'Either', ['EITHER'])
    const [unit] = await on.unitsOf(staff, { id })
    await on.send(staff, 'DELETE', `/units/${unit!.id}`)
    const other = await on.resource(staff, 'Or')
    const answers = await Promise.all([
      on.send<ResourceUnit>(staff, 'POST', `/units/${unit!.id}/restore`),
      on.send<ResourceUnit>(staff, 'POST', `/resources/${other.id}/units`, { body: { barcode: 'EITHER' } }),
    ])
    expect(answers.filter(({ status }) => status < 300)).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(1)
  })

  it('rename a tag while resources take it, and every resource shows one of the names', async () => {
    const { body: tag } = await on.send<Tag>(staff, 'POST', '/tags', { body: { name: 'old' } })
    const [renamed, ...made] = await Promise.all([
      on.send<Tag>(staff, 'PATCH', `/tags/${tag.id}`, { body: { name: 'new' }, ifMatch: 1 }),
      ...Array.from({ length: 6 }, (_, at) => on.resource(staff, `Renaming ${at}`, [], { tags: ['old'] })),
    ])
    expect(renamed.status).toBe(200)
    for (const { id } of made) expect([['old'], ['new']]).toContainEqual((await read(id)).tags)
  })
})
