import { ConfigError } from './config/read-config.ts'
import { createLogger, type Logger, type LogLevel } from './logger.ts'
import { giveMemoryBackAtRest } from './memory-at-rest.ts'
import { requireNode } from './node-version.ts'
import { stopTelemetry } from './tracing/telemetry-stop.ts'

/** What `run` needs to know of a configuration; `commonConfig` has it. */
export interface RunnableConfig {
  service: string
  logLevel: LogLevel
  exitWithParent: boolean
}

export interface Tools {
  logger: Logger
}

/** After this long a stop that hangs is cut off. Shorter than the grace period of the orchestrators, 30 s. */
const FORCED_EXIT_MS = 15_000
const EX_CONFIG = 78

/**
 * Runs a service until it is told to stop: by SIGTERM or SIGINT (then it exits with 0), by the end of stdin where
 * `exitWithParent` says so, or by an error nobody caught (logged, exit 1). Stopping disposes of the service once and
 * lets the event loop empty (OPS-1, OPS-6). A configuration that cannot be used ends the process with 78 (OPS-7).
 */
export async function run<Config extends RunnableConfig>(
  start: (config: Config, tools: Tools) => Promise<AsyncDisposable>,
  readConfig: () => Config,
  forcedExitMs = FORCED_EXIT_MS,
): Promise<void> {
  requireNode()
  const config = configOrExit(readConfig)
  const logger = createLogger({ service: config.service, level: config.logLevel })

  const starting = Promise.withResolvers<AsyncDisposable | undefined>()
  let stopping = false
  const stop = async (exitCode: 0 | 1, why: string) => {
    if (exitCode !== 0) process.exitCode = exitCode
    if (stopping) return
    stopping = true
    process.exitCode ??= exitCode
    logger.info({ why }, 'stopping')
    setTimeout(() => forceExit(logger), forcedExitMs).unref()
    try {
      const service = await starting.promise
      await service?.[Symbol.asyncDispose]()
      await stopTelemetry()
    } catch (error) {
      logger.error({ err: error }, 'stopping failed')
      process.exitCode = 1
    }
    process.stdin.destroy()
    logger.info({}, 'stopped')
  }

  process.on('SIGTERM', () => void stop(0, 'SIGTERM'))
  process.on('SIGINT', () => void stop(0, 'SIGINT'))
  for (const event of ['unhandledRejection', 'uncaughtException'] as const) {
    process.on(event, (error: unknown) => {
      logger.fatal({ err: error }, event)
      void stop(1, event)
    })
  }
  if (config.exitWithParent) process.stdin.on('end', () => void stop(0, 'the parent is gone')).resume()

  try {
    starting.resolve(await start(config, { logger }))
    logger.info({}, 'started')
    giveMemoryBackAtRest(logger)
  } catch (error) {
    logger.fatal({ err: error }, 'could not start')
    starting.resolve(undefined)
    await stop(1, 'could not start')
  }
}

function configOrExit<Config>(readConfig: () => Config): Config {
  try {
    return readConfig()
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    process.stderr.write(`${error.message}\n`)
    process.exit(EX_CONFIG)
  }
}

function forceExit(logger: Logger): void {
  logger.fatal({}, 'stopping took too long')
  process.exit(1)
}
