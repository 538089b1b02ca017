import { deadLetterTable, openDatabase, rolesOf } from '@kitroom/database'

import { connectBroker } from '../src/index.ts'
import { labelOf, quiet } from './world.ts'

const [databaseUrl = '', natsUrl = ''] = process.argv.slice(2)

/** A service that does nothing but consume, and ends as by a power cut over one event. It ends with whoever started it. */
const database = openDatabase({ url: databaseUrl, service: 'inventory', entities: [] })
const letters = deadLetterTable({ database, jobRole: rolesOf(databaseUrl).job, consumer: 'lethal' })
connectBroker({ url: natsUrl, name: 'inventory', logger: quiet }).consume({
  durable: 'lethal',
  subject: 'kitroom.>',
  attempts: letters,
  deadLetter: letters.keep,
  handle: (event) => {
    if (labelOf(event) === 'lethal') process.kill(process.pid, 'SIGKILL')
    process.stdout.write(`${labelOf(event)}\n`)
    return Promise.resolve()
  },
})
process.stdin.on('end', () => process.exit()).resume()
