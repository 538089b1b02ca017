export {
  base64Key,
  commonConfig,
  hostPort,
  httpUrl,
  port,
  postgresUrl,
  secretText,
  serviceDatabaseUrl,
} from './config/config-values.ts'
export { readConfig } from './config/read-config.ts'
export { drain } from './drain.ts'
export { createLogger } from './logger.ts'
export { repeatedly } from './repeatedly.ts'
export { run, type Tools } from './run.ts'
