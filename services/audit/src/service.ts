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
import type { Confirm } from './use-cases/ports.ts'
import { getEvent, listEvents } from './use-cases/read-events.ts'
import { recordEvents } from './use-cases/record-events.ts'
import { verifyTrail } from './use-cases/verify-trail.ts'

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
  const jobRole = rolesOf(databaseUrl).job

  const database = openDatabase({ url: databaseUrl, service: 'audit', entities: [] })
  parts.defer(() => database.close())
  const broker = parts.use(
    connectBroker({ url: natsUrl, name: 'audit', replicas: config.natsReplicas, logger }),
  )

  const events = eventReader(database)
  const deadLetters = deadLetterTable({
    database,
    jobRole,
    consumer: 'audit',
    onKept: ({ id, subject }, reason) => {
      logger.error({ dead_letter: id, subject, reason }, 'a message became a dead letter')
    },
  })
  const confirm: Confirm = (service, ids) => broker.confirm(service, ids)
  const record = recordEvents({ inTrail: inTrailOf(database), seal, confirm })
  const useCases = {
    listEvents: listEvents(events),
    getEvent: getEvent(events),
    verifyTrail: verifyTrail({ inWalk: inWalkOf(database), seal }),
  }

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

  const keepHouse = async () => {
    await sweepMessaging(database, jobRole)
    for (const head of await recordedHeads(database, jobRole)) logger.info(head, 'the head of an audit chain')
  }
  parts.use(repeatedly(HOUSEKEEPING_MS, keepHouse, logger))
  parts.use(observeMessaging(database, jobRole, ['audit']))
  const recording = consumption(record, deadLetters)
  const subscription = broker.consume(recording)
  parts.defer(() => subscription.stop())
  parts.use(
    answerRedrives({
      url: databaseUrl,
      service: 'audit',
      database,
      jobRole,
      redrive: () => redrive([recording], () => deadLetters),
    }),
  )
  const grpcPort = await grpc.listen(config.grpcPort, listenHost)
  parts.defer(() => grpc.close())
  const httpPort = await http.listen(config.httpPort, listenHost)
  parts.defer(() => http.close())
  grpc.setServing(true)
  parts.defer(() => drain(config.drainSeconds, http.leave, () => grpc.setServing(false)))

  const running = parts.move()
  return { httpPort, grpcPort, [Symbol.asyncDispose]: () => running.disposeAsync() }
}
