import { randomUUID } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { type SigningKey, STATEMENT_HEADER, statementSigner } from '@kitroom/access-token'
import { startSystem, type System } from '@kitroom/local'
import { Client } from 'pg'

import { type HttpClient, httpClient } from '../load/http-client.ts'

/** Somebody who is signed in, in one organisation. */
export interface Person {
  id: string
  email: string
  orgId: string
  /** What the gateway wants to see of them. */
  headers: Record<string, string>
}

/** The whole system, durable as in production, and a look behind the scenes. */
export interface Bench extends AsyncDisposable {
  system: System
  gateway: HttpClient
  /** Asks as a superuser. */
  sql: <Row extends object>(text: string, params?: unknown[]) => Promise<Row[]>
  /** An organisation of its own, with its first admin and further staff. */
  organization: (staff: number) => Promise<{ admin: Person; staff: Person[] }>
  /** The header by which a service believes that the gateway speaks for this person. */
  straightTo: (service: string, person: Person) => Promise<Record<string, string>>
}

/** Everybody's. */
export const PASSWORD = 'correct horse battery'
const UNLIMITED = '1000000'

/** @param env for every service besides, as for `startSystem` */
export async function startBench(env: Record<string, string> = {}): Promise<Bench> {
  await using parts = new AsyncDisposableStack()
  const folder = mkdtempSync(join(tmpdir(), 'kitroom-bench-'))
  parts.defer(() => rmSync(folder, { recursive: true, force: true }))
  const system = parts.adopt(
    await startSystem({
      dataDir: folder,
      port: 0,
      seed: false,
      env: {
        RATE_LIMIT_PER_MINUTE: UNLIMITED,
        RATE_LIMIT_ORG_PER_MINUTE: UNLIMITED,
        ...env,
      },
    }),
    ({ stop }) => stop(),
  )
  const gateway = parts.adopt(httpClient(system.url, 256), (client) => client.close())
  const client = parts.adopt(new Client({ connectionString: system.adminDatabaseUrl }), (open) => open.end())
  await client.connect()
  // For what the tables' triggers name.
  await client.query('set search_path = inventory, booking, audit, extensions')
  const { serviceKeys } = JSON.parse(readFileSync(join(folder, 'secrets.json'), 'utf8')) as {
    serviceKeys: { gateway: SigningKey }
  }
  const statements = statementSigner({ service: 'gateway', privateJwk: serviceKeys.gateway })

  const post = async (path: string, body: object, headers: Record<string, string> = {}) => {
    const json = { 'Content-Type': 'application/json', ...headers }
    const { status, text } = await gateway.send({
      method: 'POST',
      path,
      headers: json,
      body: JSON.stringify(body),
    })
    if (status >= 300) throw new Error(`POST ${path}: ${status} ${text}`)
    return JSON.parse(text) as Record<string, { id: string }> & { access_token: string }
  }

  const signedIn = async (email: string, orgId: string): Promise<Person> => {
    const { access_token: token, user } = await post('/auth/login', { email, password: PASSWORD })
    return {
      id: user?.id ?? '',
      email,
      orgId,
      headers: { Authorization: `Bearer ${token}`, 'X-Org-Id': orgId },
    }
  }

  const running = parts.move()
  return {
    system,
    gateway,
    sql: async <Row extends object>(text: string, params: unknown[] = []) =>
      (await client.query<Row>(text, params)).rows,
    async organization(staff) {
      const email = () => `${randomUUID()}@bench.example`
      const founder = { email: email(), password: PASSWORD, full_name: 'The Admin' }
      const { organization } = await post(
        '/auth/register',
        { organization: { name: `Bench ${randomUUID()}`, timezone: 'Europe/Zurich' }, ...founder },
        { 'X-Bootstrap-Token': system.bootstrapToken },
      )
      const admin = await signedIn(founder.email, organization?.id ?? '')
      const people: Person[] = []
      for (let index = 0; index < staff; index++) {
        const person = { email: email(), password: PASSWORD, full_name: `Staff ${index}`, roles: ['staff'] }
        await post('/auth/register', person, admin.headers)
        people.push(await signedIn(person.email, admin.orgId))
      }
      return { admin, staff: people }
    },
    async straightTo(service, { id, orgId }) {
      const statement = await statements.sign(service, {
        session: { userId: id, sessionId: id },
        member: { orgId, roles: ['staff'] },
      })
      return { [STATEMENT_HEADER]: statement }
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}
