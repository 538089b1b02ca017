import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { constants } from 'node:os'
import { delimiter, join } from 'node:path'

import { Explained } from './explained.mjs'
import { ROOT } from './root.mjs'

/** Type stripping without a flag, and module hooks that tracing needs. */
const NEEDED = [24, 11, 1]

const BIN = join(ROOT, 'node_modules/.bin')

/**
 * Runs one of our TypeScript programs on Node 24 as if it were this process: same terminal, same signals, same end.
 * @returns its exit code
 */
export async function onNode24(file, args) {
  const child = spawn(
    node24(),
    ['--conditions=@kitroom/source', '--disable-warning=ExperimentalWarning', join(ROOT, file), ...args],
    {
      cwd: ROOT,
      // The channel tells the program when this process is killed and cannot pass that on.
      stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
      env: { ...process.env, PATH: `${BIN}${delimiter}${process.env.PATH ?? ''}` },
    },
  )
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  stopWithNpm(child)
  const [code, signal] = await once(child, 'exit')
  return code ?? 128 + constants.signals[signal]
}

/** The one the dependencies brought on Linux; elsewhere the one we run on, if it is new enough. */
function node24() {
  const brought = join(ROOT, `node_modules/node-${process.platform}-${process.arch}/bin/node`)
  const found = [brought, process.execPath].find((node) => existsSync(node) && isNewEnough(node))
  if (found !== undefined) return found
  throw new Explained(
    `Kitroom needs Node.js ${NEEDED.join('.')} or newer, this is ${process.version}, and on ${process.platform} none comes with the dependencies. Get it from https://nodejs.org/ or by: brew install node@24`,
  )
}

function isNewEnough(node) {
  const { status, stdout } = spawnSync(node, ['--version'], { encoding: 'utf8' })
  if (status !== 0) return false
  const version = stdout.trim().slice(1).split('.').map(Number)
  const place = NEEDED.findIndex((part, index) => part !== version[index])
  return place === -1 || version[place] > NEEDED[place]
}

/** npm passes signals on, but not its own death by a kill: then we find ourselves with another parent. */
function stopWithNpm(child) {
  if (process.env.npm_lifecycle_event === undefined) return
  const npm = process.ppid
  setInterval(() => {
    if (process.ppid !== npm) child.kill('SIGTERM')
  }, 1000).unref()
}
