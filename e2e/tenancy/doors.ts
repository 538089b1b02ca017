import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

import { Client, credentials, Metadata, type ServiceError } from '@grpc/grpc-js'
import {
  type SigningKey,
  type Statement,
  STATEMENT_HEADER,
  STATEMENT_METADATA,
  statementSigner,
} from '@kitroom/access-token'
import { SERVICES } from '@kitroom/contracts'

import type { Trial } from '../bad-input/misjudged.ts'
import type { TestSystem } from '../test-system.ts'
import { credentialsOf } from '../wire.ts'
import type { Operation } from './document.ts'
import type { Organization } from './organization.ts'
import { letterTo } from './trials.ts'

export type Service = (typeof SERVICES)[number]
type Speaker = Service | 'gateway'

/** Signs as a service, with the key it has; `now` may be another time. */
export type Sign = (by: Speaker, to: string, statement: Statement, now?: Date) => Promise<string>

/** The pens of the running system, read where it keeps its secrets. */
export async function pensOf({ path }: TestSystem): Promise<Sign> {
  const { serviceKeys } = JSON.parse(await readFile(join(path, 'secrets.json'), 'utf8')) as {
    serviceKeys: Record<Speaker, SigningKey>
  }
  return (service, audience, statement, now) =>
    statementSigner({
      service,
      privateJwk: serviceKeys[service],
      ...(now === undefined ? {} : { now: () => now }),
    }).sign(audience, statement)
}

/** What somebody could say in place of the gateway’s statement, none of which is to be believed; empty for nothing. */
export async function falseStatements(
  sign: Sign,
  service: Service,
  { id: orgId, admin }: Organization,
  speaker: Speaker,
): Promise<Record<string, string>> {
  const [, other = 'auth'] = [service, ...SERVICES.filter((name) => name !== service)]
  const statement: Statement = {
    address: '127.0.0.1',
    session: { userId: admin.id, sessionId: '00000000-0000-7000-8000-000000000001' },
    member: { orgId, roles: ['admin'] },
  }
  const good = await sign(speaker, service, statement)
  const [head = '', payload = ''] = good.split('.')
  const unsigned = Buffer.from('{"alg":"none","typ":"statement+jwt","kid":"gateway:1"}').toString('base64url')
  return {
    nothing: '',
    garbage: 'e30.e30.e30',
    'JSON that is not signed': JSON.stringify(statement),
    'a statement nobody signed': `${unsigned}.${payload}.`,
    'a statement with another signature': `${head}.${payload}.${'A'.repeat(86)}`,
    'a statement that is over': await sign(speaker, service, statement, new Date(Date.now() - 120_000)),
    'a statement to come': await sign(speaker, service, statement, new Date(Date.now() + 120_000)),
    'a statement for another service': await sign(speaker, other, statement),
    'an access token': admin.token,
  }
}

/** Headers by which services elsewhere are told who is calling. */
const FORGED = ({ id, admin }: Organization): [string, string][] => [
  ...credentialsOf(admin),
  ['X-User-Id', admin.id],
  ['X-Roles', 'admin'],
  ['X-Kitroom-User', admin.id],
  ['X-Forwarded-For', '127.0.0.1'],
  ['X-Kitroom-Org', id],
]

/** Every operation of a service, straight to its port, with everything that is not the gateway’s statement, or with that. */
export async function straightTo(
  service: Service,
  operations: readonly Operation[],
  sign: Sign,
  ours: Organization,
  asGateway = false,
): Promise<Trial[]> {
  const member: Statement = {
    session: { userId: ours.admin.id, sessionId: '00000000-0000-7000-8000-000000000001' },
    member: { orgId: ours.id, roles: ['admin'] },
  }
  const [other = 'auth'] = SERVICES.filter((name) => name !== service)
  const said: Record<string, string> = asGateway
    ? { 'its statement': await sign('gateway', service, member) }
    : {
        ...(await falseStatements(sign, service, ours, 'gateway')),
        'a statement another service signed': await sign(other, service, member),
        'a statement it signed itself': await sign(service, service, member),
      }
  return operations
    .filter(({ endpoint }) => endpoint.service === service)
    .flatMap(({ endpoint }) =>
      Object.entries(said).map(([name, statement]) => ({
        operation: endpoint,
        fault: `straight to ${service} with ${name}`,
        letter: letterTo(
          endpoint,
          [
            ...FORGED(ours),
            ...(statement === '' ? [] : [[STATEMENT_HEADER, statement] satisfies [string, string]]),
          ],
          { about: ours.things, naming: ours.things },
        ),
        codes: ['unauthenticated'],
      })),
    )
}

/** The full name of every rpc a service offers, read from its .proto file. */
export async function rpcsOf(service: Service): Promise<string[]> {
  const file = join(import.meta.dirname, `../../proto/${service}/v1/${service}.proto`)
  const proto = await readFile(file, 'utf8')
  const packageName = /^package ([\w.]+);/m.exec(proto)?.[1] ?? ''
  return [...proto.matchAll(/^service (\w+) \{([\s\S]*?)^\}/gm)].flatMap(([, name = '', body = '']) =>
    [...body.matchAll(/^ {2}rpc (\w+)\(/gm)].map(([, rpc = '']) => `/${packageName}.${name}/${rpc}`),
  )
}

/** The status of a call as any client could make it, with an empty request. */
export async function rpcStatus(address: string, path: string, ...statements: string[]): Promise<number> {
  const stub = new Client(address, credentials.createInsecure())
  const metadata = new Metadata()
  for (const statement of statements) metadata.add(STATEMENT_METADATA, statement)
  metadata.set('authorization', 'Bearer x')
  metadata.set('x-org-id', '0194aaaa-7c00-7000-8000-00000000000a')
  const same = (bytes: Buffer) => bytes
  try {
    return await new Promise<number>((resolve) => {
      const deadline = { deadline: Date.now() + 10_000 }
      stub.makeUnaryRequest(
        path,
        same,
        same,
        Buffer.alloc(0),
        metadata,
        deadline,
        (error: ServiceError | null) => resolve(error?.code ?? 0),
      )
    })
  } finally {
    stub.close()
  }
}
