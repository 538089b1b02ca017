import { statementVerifier } from '@kitroom/access-token'
import {
  answerRedrives,
  deadLetterTable,
  observeMessaging,
  openDatabase,
  rolesOf,
  sweepMessaging,
} from '@kitroom/database'
import { connectBroker, redrive } from '@kitroom/events'
import { grpcServer } from '@kitroom/grpc'
import { httpServer } from '@kitroom/http'
import { drain, repeatedly, type Tools } from '@kitroom/service'

import type { AuditConfig } from './config.ts'
import { consumption } from './events/consumption.ts'
import { auditTrail } from './grpc/audit-trail.ts'
import { routes } from './http/routes.ts'
import { inWalkOf } from './persistence/chain-walk.ts'
import { eventReader } from './persistence/event-reader.ts'
import { recordedHeads } from './persistence/recorded-heads.ts'
import { seal } from './persistence/seal.ts'
import { inTrailOf } from './persistence/trail-store.ts'
import { auditUseCases } from './use-cases/index.ts'

/** A running audit service and where it listens. */
export interface AuditService extends AsyncDisposable {
  httpPort: number
  grpcPort: number
}

const HOUSEKEEPING_MS = 60 * 60_000

/** Starts the audit service. Disposing of it ends in the reverse order: not ready, no more work, closed. */
export async function startAudit(config: AuditConfig, { logger }: Tools): Promise<AuditService> {
  await using parts = new AsyncDisposableStack()
  const { databaseUrl, natsUrl, listenHost, servicePublicKeys: publicJwks } = config
  const { job: jobRole } = rolesOf(databaseUrl)

  const database = parts.adopt(openDatabase({ url: databaseUrl, service: 'audit', entities: [] }), (opened) =>
    opened.close(),
  )
  const broker = parts.use(
    connectBroker({ url: natsUrl, name: 'audit', replicas: config.natsReplicas, logger }),
  )

  const useCases = auditUseCases(
    {
      inTrail: inTrailOf(database),
      inWalk: inWalkOf(database),
      seal,
      confirm: (service, ids) => broker.confirm(service, ids),
    },
    eventReader(database),
  )

  const statementsFrom = (issuers: readonly string[]) =>
    statementVerifier({ audience: 'audit', publicJwks, issuers })
  const grpc = grpcServer({
    service: 'audit',
    implementations: { AuditTrail: auditTrail(useCases) },
    statements: statementsFrom(['gateway', 'auth', 'inventory', 'booking']),
    logger,
  })
  const http = httpServer({
    routes: routes(useCases),
    statements: statementsFrom(['gateway']),
    ready: () => database.ready(),
    load: config,
    logger,
  })

  parts.use(observeMessaging(database, jobRole, ['audit']))
  const deadLetters = deadLetterTable({ database, jobRole, consumer: 'audit', logger })
  const hearing = consumption(useCases, deadLetters)
  const subscription = broker.consume(hearing)
  parts.defer(() => subscription.stop())
  parts.use(
    answerRedrives({
      url: databaseUrl,
      service: 'audit',
      database,
      jobRole,
      redrive: () => redrive([hearing], () => deadLetters),
    }),
  )
  const keepHouse = async () => {
    await sweepMessaging(database, jobRole)
    for (const head of await recordedHeads(database, jobRole)) logger.info(head, 'the head of an audit chain')
  }
  parts.use(repeatedly(HOUSEKEEPING_MS, keepHouse, logger))
  const grpcPort = await grpc.listen(config.grpcPort, listenHost)
  parts.defer(() => grpc.close())
  const httpPort = await http.listen(config.httpPort, listenHost)
  parts.defer(() => http.close())
  grpc.setServing(true)
  parts.defer(() => drain(config.drainSeconds, http.leave, () => grpc.setServing(false)))

  const running = parts.move()
  return { httpPort, grpcPort, [Symbol.asyncDispose]: () => running.disposeAsync() }
}
