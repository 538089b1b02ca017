import { statementSigner, statementVerifier } from '@kitroom/access-token'
import {
  answerRedrives,
  type Database,
  deadLetterTable,
  newId,
  observeMessaging,
  openDatabase,
  outboxTable,
  rolesOf,
  sweepMessaging,
} from '@kitroom/database'
import { connectBroker, redrive, startRelay } from '@kitroom/events'
import { grpcClient, grpcServer } from '@kitroom/grpc'
import { httpServer } from '@kitroom/http'
import { drain, repeatedly, type Tools } from '@kitroom/service'

import { directoryClient } from './clients/directory-client.ts'
import { inventoryClient } from './clients/inventory-client.ts'
import { namesFrom } from './clients/names.ts'
import type { BookingConfig } from './config.ts'
import { consumptions } from './events/consumption.ts'
import { bookings } from './grpc/bookings.ts'
import { routes } from './http/routes.ts'
import { bookingReads } from './persistence/booking-reads.ts'
import { borrowerReads } from './persistence/borrower-store.ts'
import { constraints } from './persistence/constraints.ts'
import { fineEntities } from './persistence/fine-mappings.ts'
import { fineReads } from './persistence/fine-reads.ts'
import { lateReads } from './persistence/late-store.ts'
import { bookingEntities } from './persistence/mappings.ts'
import { messageReads } from './persistence/message-store.ts'
import { noShowReads } from './persistence/no-show-reads.ts'
import { sweepRefusals } from './persistence/refusals.ts'
import { refuseTogether } from './persistence/refuse-together.ts'
import { reportReads } from './persistence/reports/report-reads.ts'
import { settledRound } from './persistence/settled-supply.ts'
import { takenUnits } from './persistence/taken-units.ts'
import { inTransaction } from './persistence/unit-of-work.ts'
import { waitlistEntities } from './persistence/waitlist/mappings.ts'
import { observeWaitlist } from './persistence/waitlist/observe.ts'
import { waitlistReads } from './persistence/waitlist/waitlist-reads.ts'
import { bookingUseCases, type UseCases } from './use-cases/index.ts'
import { startWaitlistWork } from './waitlist-work.ts'

const HOUSEKEEPING_MS = 60 * 60_000
/** What was flagged before, and what may have to be replaced, is not looked at in every turn. */
const LOOK_AGAIN_EVERY = 12

/** A running booking service and where it listens. */
export interface BookingService extends AsyncDisposable {
  httpPort: number
  grpcPort: number
}

/** Starts the booking service. Disposing of it ends in the reverse order: not ready, no more work, closed. */
export async function startBooking(config: BookingConfig, { logger }: Tools): Promise<BookingService> {
  await using parts = new AsyncDisposableStack()
  const { databaseUrl, natsUrl, listenHost, servicePublicKeys: publicJwks } = config
  const { job: jobRole } = rolesOf(databaseUrl)

  const outbox = parts.adopt(outboxTable(databaseUrl, 'booking'), (table) => table.close())
  const database = parts.adopt(
    openDatabase({
      url: databaseUrl,
      service: 'booking',
      entities: [...bookingEntities, ...fineEntities, ...waitlistEntities],
      constraints,
      onCommitted: outbox.ring,
      onUnkept: (error) => logger.warn({ err: error }, 'a refusal was not noted'),
    }),
    (opened) => opened.close(),
  )
  const broker = parts.use(
    connectBroker({ url: natsUrl, name: 'booking', replicas: config.natsReplicas, logger }),
  )
  const statements = statementSigner({ service: 'booking', privateJwk: config.servicePrivateKey })
  const inventoryRpc = grpcClient('Inventory', { address: config.inventoryGrpc, statements, logger })
  parts.defer(() => inventoryRpc.close())
  const directoryRpc = grpcClient('Directory', { address: config.authGrpc, statements, logger })
  parts.defer(() => directoryRpc.close())

  const directory = directoryClient(directoryRpc)
  const following = broker.follow({
    subject: 'kitroom.auth.organization.>',
    onEvent: directory.forget,
    onGap: directory.forget,
  })
  parts.defer(() => following.stop())
  const useCases = useCasesOver(
    database,
    { inventory: inventoryClient(inventoryRpc), directory, names: namesFrom(inventoryRpc, directoryRpc) },
    config,
    logger,
  )

  const statementsFrom = (issuers: readonly string[]) =>
    statementVerifier({ audience: 'booking', publicJwks, issuers })
  const grpc = grpcServer({
    service: 'booking',
    implementations: { Bookings: bookings(bookingReads(database)) },
    statements: statementsFrom(['gateway', 'auth', 'inventory', 'audit']),
    logger,
  })
  const http = httpServer({
    routes: routes(useCases),
    statements: statementsFrom(['gateway']),
    ready: () => database.ready(),
    load: config,
    logger,
  })

  const relay = startRelay({ service: 'booking', broker, outbox, logger })
  parts.defer(() => relay.stop())
  const waitlist = parts.use(startWaitlistWork(useCases, databaseUrl, { logger }))
  const lettersOf = (consumer: string) => deadLetterTable({ database, jobRole, consumer, logger })
  const hearing = consumptions(useCases, waitlist.onOffer, lettersOf)
  const durables = hearing.map(({ durable }) => durable)
  parts.use(observeMessaging(database, jobRole, durables))
  parts.use(observeWaitlist(database, jobRole))
  for (const consumption of hearing) {
    const subscription = broker.consume(consumption)
    parts.defer(() => subscription.stop())
  }
  parts.use(
    answerRedrives({
      url: databaseUrl,
      service: 'booking',
      database,
      jobRole,
      redrive: () => redrive(hearing, lettersOf),
    }),
  )
  parts.use(repeatedly(HOUSEKEEPING_MS, () => sweepMessaging(database, jobRole), logger))
  parts.use(repeatedly(HOUSEKEEPING_MS, () => sweepRefusals(database, jobRole), logger))
  let turn = 0
  const lookOut = () => useCases.lookOut({ again: ++turn % LOOK_AGAIN_EVERY === 0 })
  parts.use(repeatedly(config.lookoutSeconds * 1000, lookOut, logger))
  parts.use(repeatedly(config.lookoutSeconds * 1000, () => useCases.releaseNoShows(), logger))
  const grpcPort = await grpc.listen(config.grpcPort, listenHost)
  parts.defer(() => grpc.close())
  const httpPort = await http.listen(config.httpPort, listenHost)
  parts.defer(() => http.close())
  grpc.setServing(true)
  parts.defer(() => drain(config.drainSeconds, http.leave, () => grpc.setServing(false)))

  const running = parts.move()
  return { httpPort, grpcPort, [Symbol.asyncDispose]: () => running.disposeAsync() }
}

/** What the use cases know of the other services. */
interface Neighbours {
  inventory: ReturnType<typeof inventoryClient>
  directory: ReturnType<typeof directoryClient>
  names: ReturnType<typeof namesFrom>
}

/** The use cases, with the stores of this database. */
function useCasesOver(
  database: Database,
  { inventory, directory, names }: Neighbours,
  config: BookingConfig,
  logger: Tools['logger'],
): UseCases {
  const { job: jobRole } = rolesOf(config.databaseUrl)
  const reads = bookingReads(database)
  const messages = messageReads(database)
  const fines = fineReads(database)
  return bookingUseCases(
    {
      inTransaction: inTransaction(database),
      refuseTogether: refuseTogether(database, (error) =>
        logger.warn({ err: error }, 'those who came together are served one by one'),
      ),
      inventory,
      directory,
      wishesOf: reads.wishesOf,
      ownerOf: {
        booking: messages.requesterOf,
        fine: async (orgId, id) => (await fines.one(orgId, id))?.user_id,
      },
      stranded: reads.stranded,
      settledRound: settledRound(database),
      late: lateReads(database, jobRole),
      noShows: noShowReads(database, jobRole),
      waiting: waitlistReads(database, jobRole),
      offerMs: config.waitlistOfferTtlSeconds * 1_000,
      newId,
    },
    { ...reads, ...messages, ...borrowerReads(database), takenUnits: takenUnits(database) },
    fines,
    { reads: reportReads(database), names, directory, now: () => new Date() },
  )
}
