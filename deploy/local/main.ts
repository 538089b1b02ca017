import { demoLoginLines, readDemoLogins } from './demo-logins.ts'
import { stopRequest, untilAborted } from './stop-request.ts'
import { lively, plain } from './system/progress.ts'
import { readSettings } from './system/settings.ts'
import { startSystem } from './system/start-system.ts'
import type { System } from './system/system.ts'

const HELP = `npm start               starts Kitroom, on the data of the last time
npm start -- --fresh    removes that data first

Environment: KITROOM_PORT (8080), KITROOM_DATA_DIR (./.kitroom), KITROOM_BOOTSTRAP_TOKEN, DATABASE_URL, NATS_URL,
WAITLIST_OFFER_TTL_SECONDS (600), RATE_LIMIT_PER_MINUTE (600), RATE_LIMIT_ORG_PER_MINUTE (12000), LOG_LEVEL (info),
CORS_ORIGINS, OTEL_*`

/** What of our environment the system may see; the rest is none of its business. */
const PASSED_ON =
  /^(KITROOM_|OTEL_|(DATABASE_URL|NATS_URL|WAITLIST_OFFER_TTL_SECONDS|RATE_LIMIT_(ORG_)?PER_MINUTE|LOG_LEVEL|CORS_ORIGINS)$)/

function passedOn(): Record<string, string> {
  const entries = Object.entries(process.env).filter(([name, value]) => PASSED_ON.test(name) && value !== '')
  return Object.fromEntries(entries) as Record<string, string>
}

function welcome(system: System, isTokenMade: boolean): string {
  const logins = demoLoginLines(readDemoLogins(system.demoLogins))
  return [
    '',
    'Kitroom is running.',
    '',
    `  Address          ${system.url}`,
    `  Documentation    ${system.url}/docs`,
    ...(isTokenMade ? [`  Bootstrap token  ${system.bootstrapToken}`] : []),
    `  Data             ${system.path}`,
    ...(logins.length === 0 ? [] : ['', 'Demo logins (role, e-mail, password)', ...logins]),
    '',
    'Ctrl-C stops everything; the data stays.',
  ].join('\n')
}

async function main(): Promise<void> {
  const args = process.argv.slice(2)
  if (args.some((arg) => arg !== '--fresh')) {
    console.log(HELP)
    process.exitCode = args.every((arg) => arg === '--help') ? 0 : 2
    return
  }
  const progress = process.stdout.isTTY ? lively : plain
  const signal = stopRequest()
  try {
    const env = passedOn()
    const settings = readSettings(env)
    const system = await startSystem({
      dataDir: settings.kitroomDataDir,
      port: settings.kitroomPort,
      env,
      seed: true,
      fresh: args.includes('--fresh'),
      progress,
      signal,
    })
    progress.say(welcome(system, settings.kitroomBootstrapToken === undefined))
    await untilAborted(signal)
    await system.stop()
  } catch (error) {
    if (signal.aborted) return
    console.error(`\n${error instanceof Error ? error.message : String(error)}`)
    process.exitCode = 1
  }
}

await main()
