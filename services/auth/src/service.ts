import { statementVerifier } from '@kitroom/access-token'
import { newId, observeMessaging, openDatabase, outboxTable, rolesOf } from '@kitroom/database'
import { connectBroker, startRelay } from '@kitroom/events'
import { grpcServer } from '@kitroom/grpc'
import { httpServer } from '@kitroom/http'
import { drain, repeatedly, type Tools } from '@kitroom/service'

import type { AuthConfig } from './config.ts'
import { access } from './grpc/access.ts'
import { directory as directoryService } from './grpc/directory.ts'
import { routes } from './http/routes.ts'
import { keepHouse } from './persistence/housekeeping.ts'
import { loginFailures } from './persistence/login-failures.ts'
import { directory } from './persistence/reads/directory.ts'
import { memberReads } from './persistence/reads/member-reads.ts'
import { organizationReads } from './persistence/reads/organization-reads.ts'
import { signingKeys } from './persistence/signing-keys.ts'
import { constraints } from './persistence/stores/constraints.ts'
import { inTransaction } from './persistence/stores/in-transaction.ts'
import { entities } from './persistence/stores/mappings.ts'
import { attemptsInTurn } from './secrets/attempts-in-turn.ts'
import { argon2Passwords } from './secrets/passwords.ts'
import { sealUnder } from './secrets/seal.ts'
import { tokens } from './secrets/tokens.ts'
import { authUseCases } from './use-cases/index.ts'

/** A running auth service and where it listens. */
export interface AuthService extends AsyncDisposable {
  httpPort: number
  grpcPort: number
}

const HOUSEKEEPING_MS = 10 * 60 * 1000

/** Starts the auth service. Disposing of it ends in the reverse order: not ready, no more work, closed. */
export async function startAuth(config: AuthConfig, { logger }: Tools): Promise<AuthService> {
  await using parts = new AsyncDisposableStack()
  const { databaseUrl, natsUrl, listenHost, servicePublicKeys: publicJwks } = config
  const { job: jobRole } = rolesOf(databaseUrl)

  const outbox = parts.adopt(outboxTable(databaseUrl, 'auth'), (table) => table.close())
  const database = parts.adopt(
    openDatabase({ url: databaseUrl, service: 'auth', entities, constraints, onCommitted: outbox.ring }),
    (opened) => opened.close(),
  )
  const broker = parts.use(
    connectBroker({ url: natsUrl, name: 'auth', replicas: config.natsReplicas, logger }),
  )
  const keys = signingKeys(
    database,
    jobRole,
    sealUnder(config.keyEncryptionKey, config.previousKeyEncryptionKey),
    newId,
  )

  const limit = {
    perAccount: config.loginFailuresPerAccount,
    perAddress: config.loginFailuresPerAddress,
    windowSeconds: config.loginFailureWindowSeconds,
  }
  const useCases = authUseCases({
    inTransaction: inTransaction(database, jobRole, newId),
    newId,
    directory: directory(database, jobRole),
    reads: { ...memberReads(database, jobRole), ...organizationReads(database) },
    passwords: argon2Passwords(),
    limits: { ...loginFailures(database, jobRole, limit, newId), inTurn: attemptsInTurn() },
    tokens: tokens({ keys, issuer: config.tokenIssuer, audience: config.tokenAudience, newId }),
    note: ({ event, reason, userId, orgId, ...where }) => {
      const fields = {
        reason,
        user_id: userId,
        org_id: orgId,
        address: where.address,
        request_id: where.requestId,
      }
      if (reason === undefined) logger.info(fields, event)
      else logger.warn(fields, event)
    },
  })

  const statementsFrom = (issuers: readonly string[]) =>
    statementVerifier({ audience: 'auth', publicJwks, issuers })
  const grpc = grpcServer({
    service: 'auth',
    implementations: { Access: access(useCases), Directory: directoryService(useCases) },
    statements: statementsFrom(['gateway', 'inventory', 'booking', 'audit']),
    logger,
  })
  const canSign = () =>
    keys.current().then(
      () => true,
      (error: unknown) => {
        logger.error({ err: error }, 'there is no key to sign with')
        return false
      },
    )
  const http = httpServer({
    routes: routes(useCases, [config.bootstrapToken, config.previousBootstrapToken ?? []].flat()),
    statements: statementsFrom(['gateway']),
    ready: async () => (await database.ready()) && (await canSign()),
    load: config,
    logger,
  })

  parts.use(observeMessaging(database, jobRole))
  const relay = startRelay({ service: 'auth', broker, outbox, logger })
  parts.defer(() => relay.stop())
  parts.use(repeatedly(HOUSEKEEPING_MS, () => keepHouse(database, jobRole, limit.windowSeconds), logger))
  const grpcPort = await grpc.listen(config.grpcPort, listenHost)
  parts.defer(() => grpc.close())
  const httpPort = await http.listen(config.httpPort, listenHost)
  parts.defer(() => http.close())
  grpc.setServing(true)
  parts.defer(() => drain(config.drainSeconds, http.leave, () => grpc.setServing(false)))

  const running = parts.move()
  return { httpPort, grpcPort, [Symbol.asyncDispose]: () => running.disposeAsync() }
}
