import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type TestDatabase, testDatabase } from '@kitroom/testing'
import { Client } from 'pg'

import { migrate } from './migrate.ts'
import { provision } from './provision.ts'

const admin = 'provision_test_admin'
const database = 'provision_test'
const services = [{ service: 'booking', password: 'app', ownerPassword: 'owner' }]

let server: TestDatabase
let adminUrl: string

async function asked<Row extends object>(url: string, text: string): Promise<Row[]> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query<Row>(text)).rows
  } finally {
    await client.end()
  }
}

beforeAll(async () => {
  server = await testDatabase('inventory', [])
  await server.admin(`create role ${admin} login createrole nosuperuser password 'admin'`)
  await server.admin(`create database ${database} owner ${admin}`)
  const url = new URL(server.adminUrl)
  url.username = admin
  url.password = 'admin'
  url.pathname = `/${database}`
  adminUrl = url.toString()
})
afterAll(async () => {
  await server.admin(`drop database ${database} with (force)`)
  for (const role of ['booking', 'booking_owner', 'booking_job']) {
    await server.admin(`drop role if exists ${database}_${role}`)
  }
  await server.admin(`drop role ${admin}`)
  await server[Symbol.asyncDispose]()
})

describe('provisioning by a role that owns the database and is no superuser, as under an operator', () => {
  it('makes everything a service needs, and changes nothing when it runs again', async () => {
    await provision({ adminUrl, services })
    const { booking: urls } = await provision({ adminUrl, services })
    const made = { name: '0001_lamp', up: () => 'create table lamp (id int)' }
    expect(await migrate({ url: urls!.migrationUrl, schema: 'booking', migrations: [made] })).toEqual([
      '0001_lamp',
    ])
    expect(await asked(urls!.url, 'select current_user as who, current_schema() as "where"')).toEqual([
      { who: `${database}_booking`, where: 'booking' },
    ])
  })

  it('takes their power from roles that somebody made too mighty, if it may', async () => {
    await server.admin(`alter role ${database}_booking bypassrls createdb`)
    await expect(provision({ adminUrl, services })).rejects.toThrow('permission denied')
    const asSuperuser = new URL(server.adminUrl)
    asSuperuser.pathname = `/${database}`
    await provision({ adminUrl: asSuperuser.toString(), services })
    const [role] = await server.admin(
      `select rolbypassrls, rolcreatedb from pg_roles where rolname = '${database}_booking'`,
    )
    expect(role).toEqual({ rolbypassrls: false, rolcreatedb: false })
  })
})
