import { outboxTable } from '@kitroom/database'

import { connectBroker, startRelay } from '../src/index.ts'

const [databaseUrl = '', natsUrl = ''] = process.argv.slice(2)
const say = (_: object, message: string) => void process.stdout.write(`${message}\n`)
const logger = { debug: say, info: say, warn: say, error: say }

/** A service that does nothing but relay. It ends with whoever started it. */
const broker = connectBroker({ url: natsUrl, name: 'inventory', logger })
startRelay({ service: 'inventory', broker, outbox: outboxTable(databaseUrl, 'inventory'), logger })
process.stdin.on('end', () => process.exit()).resume()
