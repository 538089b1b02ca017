// A service for the tests beside it: what it does is told by BEHAVIOUR.
import { createServer } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

import type { Logger } from '../src/logger.ts'
import { giveMemoryBackAtRest } from '../src/memory-at-rest.ts'
import { run } from '../src/run.ts'
import { forcedExitMs, readFixtureConfig } from './config.ts'

await run(
  async (config, { logger }) => {
    if (config.behaviour === 'fail to start') throw new Error('no database')
    const serving = setInterval(() => undefined, 60_000)
    process.on('SIGUSR1', () => void Promise.reject(new Error('nobody caught this')))
    process.on('SIGUSR2', () => {
      setTimeout(() => {
        throw new Error('a timer threw')
      })
    })
    if (config.behaviour === 'request itself') await requestItself(logger)
    if (config.behaviour === 'rest after work') restAfterWork(logger)
    return {
      [Symbol.asyncDispose]: async () => {
        logger.info({}, 'disposed')
        if (config.behaviour === 'take time to stop') await sleep(500)
        if (config.behaviour === 'hang') await new Promise(() => undefined)
        clearInterval(serving)
        if (config.behaviour === 'fail to stop') throw new Error('cannot stop')
      },
    }
  },
  readFixtureConfig,
  forcedExitMs,
)

/** Works for longer than it would have to rest, and needs far more memory for that than afterwards. */
function restAfterWork(logger: Logger): void {
  giveMemoryBackAtRest(logger, 1)
  let needed: object[] = []
  const begun = performance.now()
  const work = setInterval(() => {
    const turn = performance.now()
    while (performance.now() - turn < 5) needed.push(Array.from({ length: 100 }))
    if (turn - begun < 2_500) return
    clearInterval(work)
    needed = []
    logger.info({}, 'worked')
  }, 20)
}

async function requestItself(logger: Logger): Promise<void> {
  const server = createServer((request, response) => {
    logger.info({}, 'answering')
    response.writeHead(request.url === '/bookings' ? 201 : 200).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  for (const path of ['/health/live', '/bookings']) {
    await (await fetch(`http://127.0.0.1:${address.port}${path}`)).text()
  }
  server.close()
  logger.info({ hooked: Symbol.for('opentelemetry.js.api.1') in globalThis }, 'telemetry')
}
