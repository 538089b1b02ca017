import { until } from '@kitroom/testing'
import { Client } from 'pg'

import { fillAudit } from './fill-audit.ts'
import { fillBookings } from './fill-bookings.ts'
import { fillInventory } from './fill-inventory.ts'
import { fillPeople } from './fill-people.ts'
import { fillWaitlist } from './fill-waitlist.ts'
import type { Filling } from './rows.ts'

const FILLS: Record<string, readonly ((client: Client, filling: Filling) => Promise<void>)[]> = {
  auth: [fillPeople],
  inventory: [fillInventory],
  booking: [fillBookings, fillWaitlist],
  audit: [fillAudit],
}

/** Fills every table that a list reads. The triggers sleep: they would tell every row of it to everybody. */
export async function fill(adminUrl: string, filling: Filling): Promise<void> {
  await Promise.all(
    Object.entries(FILLS).map(([schema, fills]) =>
      connected(adminUrl, async (client) => {
        await client.query(`set search_path = ${schema}, extensions; set session_replication_role = replica`)
        for (const write of fills) await write(client, filling)
      }),
    ),
  )
  await connected(adminUrl, markAsSeen)
}

const SCHEMAS = ['auth', 'inventory', 'booking', 'audit']

/** An index is read alone where the pages behind it are marked; one is not while an older transaction, or ANALYZE, is on. */
async function markAsSeen(client: Client): Promise<void> {
  await until(
    async () => {
      await client.query('vacuum (analyze)')
      const { rows } = await client.query<{ relname: string }>(
        `select relname from pg_class
         where relkind = 'r' and relnamespace = any($1::regnamespace[]) and relallvisible < relpages * 0.95`,
        [SCHEMAS],
      )
      return rows
    },
    (unmarked) => unmarked.length === 0,
    120_000,
  )
}

async function connected(url: string, work: (client: Client) => Promise<unknown>): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    await work(client)
  } finally {
    await client.end()
  }
}
