import { statementVerifier } from '@kitroom/access-token'
import {
  answerRedrives,
  deadLetterTable,
  observeMessaging,
  openDatabase,
  outboxTable,
  rolesOf,
  sweepMessaging,
} from '@kitroom/database'
import { connectBroker, redrive, startRelay } from '@kitroom/events'
import { grpcServer } from '@kitroom/grpc'
import { httpServer } from '@kitroom/http'
import { drain, repeatedly, type Tools } from '@kitroom/service'

import type { InventoryConfig } from './config.ts'
import { consumption } from './events/consumption.ts'
import { inventory } from './grpc/inventory.ts'
import { routes } from './http/routes.ts'
import { constraints } from './persistence/constraints.ts'
import { inTransaction } from './persistence/in-transaction.ts'
import { entities } from './persistence/mappings.ts'
import { lendingOf } from './persistence/reads/lending.ts'
import { readsOf } from './persistence/reads/reads.ts'
import { inventoryUseCases } from './use-cases/index.ts'

/** A running inventory service and where it listens. */
export interface InventoryService extends AsyncDisposable {
  httpPort: number
  grpcPort: number
}

const HOUSEKEEPING_MS = 10 * 60 * 1_000

/** Starts the inventory service. Disposing of it ends in the reverse order: not ready, no more work, closed. */
export async function startInventory(config: InventoryConfig, { logger }: Tools): Promise<InventoryService> {
  await using parts = new AsyncDisposableStack()
  const { databaseUrl, natsUrl, listenHost, servicePublicKeys: publicJwks } = config
  const { job: jobRole } = rolesOf(databaseUrl)

  const outbox = parts.adopt(outboxTable(databaseUrl, 'inventory'), (table) => table.close())
  const database = parts.adopt(
    openDatabase({ url: databaseUrl, service: 'inventory', entities, constraints, onCommitted: outbox.ring }),
    (opened) => opened.close(),
  )
  const broker = parts.use(
    connectBroker({ url: natsUrl, name: 'inventory', replicas: config.natsReplicas, logger }),
  )

  const useCases = inventoryUseCases(inTransaction(database), readsOf(database))

  const statementsFrom = (issuers: readonly string[]) =>
    statementVerifier({ audience: 'inventory', publicJwks, issuers })
  const grpc = grpcServer({
    service: 'inventory',
    implementations: { Inventory: inventory(lendingOf(database)) },
    statements: statementsFrom(['gateway', 'auth', 'booking', 'audit']),
    logger,
  })
  const http = httpServer({
    routes: routes(useCases),
    statements: statementsFrom(['gateway']),
    ready: () => database.ready(),
    load: config,
    logger,
  })

  const relay = startRelay({ service: 'inventory', broker, outbox, logger })
  parts.defer(() => relay.stop())
  parts.use(observeMessaging(database, jobRole, ['inventory-booking']))
  const deadLetters = deadLetterTable({ database, jobRole, consumer: 'inventory-booking', logger })
  const hearing = consumption(useCases, deadLetters)
  const subscription = broker.consume(hearing)
  parts.defer(() => subscription.stop())
  parts.use(
    answerRedrives({
      url: databaseUrl,
      service: 'inventory',
      database,
      jobRole,
      redrive: () => redrive([hearing], () => deadLetters),
    }),
  )
  parts.use(repeatedly(HOUSEKEEPING_MS, () => sweepMessaging(database, jobRole), logger))
  const grpcPort = await grpc.listen(config.grpcPort, listenHost)
  parts.defer(() => grpc.close())
  const httpPort = await http.listen(config.httpPort, listenHost)
  parts.defer(() => http.close())
  grpc.setServing(true)
  parts.defer(() => drain(config.drainSeconds, http.leave, () => grpc.setServing(false)))

  const running = parts.move()
  return { httpPort, grpcPort, [Symbol.asyncDispose]: () => running.disposeAsync() }
}
