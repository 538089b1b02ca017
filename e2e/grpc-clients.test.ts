import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'

import { foundOrganization, type Person } from './client.ts'
import { type TestSystem, testSystem } from './test-system.ts'

const ROOT = join(import.meta.dirname, '..')
const run = promisify(execFile)

let system: TestSystem
let admin: Person
let privateKeys: Record<string, object>

beforeAll(async () => {
  system = await testSystem()
  admin = await foundOrganization(system.url, system.bootstrapToken, 'University of the Arts')
  const secrets = JSON.parse(await readFile(join(system.path, 'secrets.json'), 'utf8'))
  privateKeys = secrets.serviceKeys
})
afterAll(async () => {
  await system[Symbol.asyncDispose]()
})

/** What docs/operations/grpc.md shows: a client that knows nothing but the address asks the server what there is. */
async function curl(
  service: (typeof CALLS)[number][0],
  method: string,
  request: object,
  more: string[] = [],
): Promise<{ code: number; text: string }> {
  const url = `http://127.0.0.1:${system.ports[service].grpc}/${method}`
  const args = [
    'curl',
    '--protocol',
    'grpc',
    '--http2-prior-knowledge',
    '--emit-defaults',
    '-d',
    JSON.stringify(request),
    ...more,
    url,
  ]
  try {
    return { code: 0, text: (await run(join(ROOT, 'node_modules/.bin/buf'), args)).stdout }
  } catch (cause) {
    const { code, stdout, stderr } = cause as { code: number; stdout: string; stderr: string }
    return { code, text: stdout + stderr }
  }
}

/** Prints a statement as an operator does inside a service's container. */
async function statement(from: string, audience: string, ...member: string[]): Promise<string> {
  const program = join(ROOT, 'packages/access-token/src/statement/main.ts')
  const { stdout } = await run(
    process.execPath,
    ['--conditions=@kitroom/source', program, audience, ...member],
    {
      env: { SERVICE_PRIVATE_KEY: JSON.stringify(privateKeys[from]) },
    },
  )
  return stdout.trim()
}

const CALLS = [
  ['auth', 'kitroom.auth.v1.Directory/GetOrganization', 'booking'],
  ['inventory', 'kitroom.inventory.v1.Inventory/ListResources', 'booking'],
  ['booking', 'kitroom.booking.v1.Bookings/BatchGetBookings', 'audit'],
  ['audit', 'kitroom.audit.v1.AuditTrail/Verify', 'gateway'],
] as const

describe.each(CALLS)('an internal client of %s', (service, method, speaker) => {
  it('may ask for its health without a credential', async () => {
    const answer = await curl(service, 'grpc.health.v1.Health/Check', { service: method.split('/')[0] })
    expect(answer).toMatchObject({ code: 0, text: expect.stringContaining('SERVING') })
  })

  it('is refused without a statement, and with one that was meant for somebody else', async () => {
    const request = { org_id: admin.orgId }
    for (const headers of [[], ['-H', `kitroom-statement: ${await statement(speaker, 'nobody')}`]]) {
      const answer = await curl(service, method, request, headers)
      expect(answer.text).toContain('unauthenticated')
    }
  })

  it('is answered with a service’s statement and a deadline', async () => {
    const token = await statement(speaker, service, admin.orgId, admin.id, 'admin')
    const answer = await curl(service, method, { org_id: admin.orgId }, ['-H', `kitroom-statement: ${token}`])
    expect(answer).toMatchObject({ code: 0, text: expect.stringMatching(/^\{/) })
  })
})
