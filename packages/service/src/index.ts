export { base64Key, commonConfig, hostPort, httpUrl, port, postgresUrl } from './config/config-values.ts'
export { readConfig } from './config/read-config.ts'
export { createLogger, type Logger } from './logger.ts'
export { run, type Tools } from './run.ts'
