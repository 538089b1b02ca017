import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

import { Explained } from './explained.mjs'
import { ROOT } from './root.mjs'

/** pnpm is fetched when needed, in the version the lock file was written by; the registry is npm's own setting. */
const PNPM = 'pnpm@12.21.0'

const STAMP = join(ROOT, 'node_modules/.cache/kitroom/installed')

/** Installs what the lock file names, unless exactly that was installed before. */
export function installDependencies() {
  const wanted = fingerprint()
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === wanted) return
  console.log('Installing dependencies, once: a minute or two on a new machine …')
  // The -y is for npm configurations that answer no to every question; CI keeps pnpm from asking its own.
  const { status, error } = spawnSync('npx', ['-y', PNPM, 'install', '--frozen-lockfile'], {
    cwd: ROOT,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, CI: 'true' },
  })
  if (error?.code === 'ENOENT')
    throw new Explained('npm is missing: it comes with Node.js from https://nodejs.org/')
  if (status !== 0) {
    throw new Explained(
      'The dependencies could not be installed; the reason is above. Where the registry cannot be reached, name a mirror: npm config set registry <address>',
    )
  }
  mkdirSync(dirname(STAMP), { recursive: true })
  writeFileSync(STAMP, wanted)
}

/** Changes with the locked versions and with the machine they were installed for. */
function fingerprint() {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}`)
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json'])
    hash.update(readFileSync(join(ROOT, file)))
  return hash.digest('hex')
}
