import { randomUUID } from 'node:crypto'
import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { startSystem, type System } from '@kitroom/local'
import { inHours, scaled, until } from '@kitroom/testing'
import { Client } from 'pg'

import { type BackedUp, baseBackup } from './backup/base-backup.ts'
import { enrol, foundOrganization, type Person, signedIn } from './client.ts'
import { auditIsSettled, type TestSystem, testSystem } from './test-system.ts'

const BORROWERS = scaled(3, 8)
const BOOKINGS_BEFORE = scaled(10, 300)

let system: TestSystem
let folder: string
let restored: System | undefined
let url: string
let adminDatabaseUrl: string
let admin: Person

interface Acknowledged {
  id: string
  /** When the answer was heard. */
  heardAt: Date
}
const acknowledged: Acknowledged[] = []
let backedUp: BackedUp

/** Books again and again, each time an hour later, until it is told to stop. */
async function bookOn(borrower: Person, resourceId: string, goOn: () => boolean): Promise<void> {
  for (let hour = 1; goOn(); hour++) {
    const { status, body } = await borrower.send('POST', '/bookings', {
      key: randomUUID(),
      body: {
        start_at: inHours(hour),
        end_at: inHours(hour + 1),
        items: [{ resource_id: resourceId, quantity: 1 }],
      },
    })
    if (status === 201) acknowledged.push({ id: (body as unknown as { id: string }).id, heardAt: new Date() })
  }
}

beforeAll(async () => {
  system = await testSystem()
  folder = await mkdtemp(join(tmpdir(), 'kitroom-restored-'))
  admin = await foundOrganization(system.url, system.bootstrapToken, 'University of the Arts')
  const staff = await enrol(system.url, admin, 'staff')
  const work = await Promise.all(
    Array.from({ length: BORROWERS }, async (_, index) => {
      const made = await staff.send('POST', '/resources', {
        body: { type: 'Light', name: `Lamp ${index}`, units: [{ barcode: `L-${index}` }] },
      })
      return {
        borrower: await enrol(system.url, admin, 'student'),
        resource: (made.body as unknown as { id: string }).id,
      }
    }),
  )

  let goOn = true
  const load = work.map(({ borrower, resource }) => bookOn(borrower, resource, () => goOn))
  await until(
    async () => acknowledged.length,
    (count) => count >= BOOKINGS_BEFORE,
    120_000,
  )
  await mkdir(join(folder, 'postgres'))
  backedUp = await baseBackup(
    system.adminDatabaseUrl,
    join(system.path, 'postgres/cluster'),
    join(folder, 'postgres/cluster'),
  )
  const after = acknowledged.length
  await until(
    async () => acknowledged.length,
    (count) => count > after,
  )
  goOn = false
  await Promise.all(load)
  for (const file of ['secrets.json', 'postgres/superuser-password']) {
    await copyFile(join(system.path, file), join(folder, file))
  }
  const { email } = (await admin.send('GET', '/auth/me')).body as unknown as { email: string }
  // The old system is gone, and with it the broker's stream: only the copy is left.
  await system[Symbol.asyncDispose]()
  restored = await startSystem({ dataDir: folder, port: 0, seed: false, durable: false })
  adminDatabaseUrl = restored.adminDatabaseUrl
  url = restored.url
  admin = await signedIn(url, email, admin.orgId)
}, 240_000)

afterAll(async () => {
  await restored?.stop()
  await rm(folder, { recursive: true, force: true })
})

/** Asks the restored database as a superuser. */
async function sql<Row extends object>(text: string, params: unknown[] = []): Promise<Row[]> {
  const client = new Client({ connectionString: adminDatabaseUrl })
  await client.connect()
  try {
    return (await client.query<Row>(text, params)).rows
  } finally {
    await client.end()
  }
}

describe('a backup taken while people book, restored elsewhere', () => {
  it('has every booking that was acknowledged before the backup ended', async () => {
    const before = acknowledged.filter(({ heardAt }) => heardAt < backedUp.at)
    expect(before.length).toBeGreaterThanOrEqual(BOOKINGS_BEFORE)
    const kept = new Set((await sql<{ id: string }>('select id from booking.booking')).map(({ id }) => id))
    expect(before.filter(({ id }) => !kept.has(id))).toEqual([])
    console.log(
      `${acknowledged.length} bookings acknowledged, ${before.length} of them before the backup ended, ${kept.size} restored`,
    )
  })

  it('has an audit that is whole, and that the events on their way reach', async () => {
    await auditIsSettled({ sql })
    expect((await admin.send('GET', '/audit/verify')).body).toMatchObject({
      verified: true,
      first_broken_id: null,
    })
  })

  it('goes on: people sign in, and a booking can be made', async () => {
    const staff = await enrol(url, admin, 'staff')
    const made = await staff.send('POST', '/resources', {
      body: { type: 'Light', name: 'After', units: [{ barcode: 'AFTER-1' }] },
    })
    const student = await enrol(url, admin, 'student')
    const booked = await student.send('POST', '/bookings', {
      key: randomUUID(),
      body: {
        start_at: inHours(1),
        end_at: inHours(2),
        items: [{ resource_id: (made.body as unknown as { id: string }).id, quantity: 1 }],
      },
    })
    expect(booked.status).toBe(201)
  })
})
