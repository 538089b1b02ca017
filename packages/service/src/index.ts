export {
  base64Key,
  commonConfig,
  hostPort,
  httpUrl,
  jwk,
  jwks,
  listenHost,
  port,
  postgresUrl,
  secret,
} from './config/config-values.ts'
export { ConfigError, readConfig } from './config/read-config.ts'
export { createLogger, LOG_LEVELS, type Logger, type LogLevel } from './logger.ts'
export { run, type RunnableConfig, type Tools } from './run.ts'
