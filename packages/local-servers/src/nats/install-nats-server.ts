import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

import { findNatsServer, NATS_TOOLS } from './find-nats-server.ts'

const run = promisify(execFile)

/**
 * Fetches Debian's nats-server package and unpacks it inside the checkout. It is not installed: that would start it
 * as a service of the machine, and needs root.
 * @param folder where its files go; it must be on the same disk as its parent
 * @returns the path of the server
 * @throws Error saying how to get one where Debian's tools cannot
 */
export async function installNatsServer(folder: string = NATS_TOOLS): Promise<string> {
  if (process.platform === 'darwin') throw new Error(howToGetIt('Get it with: brew install nats-server'))
  mkdirSync(dirname(folder), { recursive: true })
  const download = mkdtempSync(`${folder}-`)
  try {
    await downloadPackage(download)
    const [archive] = readdirSync(download).filter((name) => name.endsWith('.deb'))
    if (archive === undefined) throw new Error('apt-get downloaded no package.')
    await run('dpkg-deb', ['--extract', archive, 'unpacked'], { cwd: download })
    rmSync(folder, { recursive: true, force: true })
    renameSync(join(download, 'unpacked'), folder)
  } catch (cause) {
    throw new Error(howToGetIt('Get it with: sudo apt-get update && sudo apt-get install nats-server'), {
      cause,
    })
  } finally {
    rmSync(download, { recursive: true, force: true })
  }
  return join(folder, 'usr/sbin/nats-server')
}

/** The server this machine has, fetched first when it has none. */
export async function ensureNatsServer(): Promise<string> {
  return findNatsServer() ?? (await installNatsServer())
}

async function downloadPackage(cwd: string): Promise<void> {
  const download = () => run('apt-get', ['download', 'nats-server'], { cwd })
  try {
    await download()
  } catch (error) {
    // A new machine has no package lists yet, and only root may fetch them.
    if (process.getuid?.() !== 0) throw error
    await run('apt-get', ['update'])
    await download()
  }
}

function howToGetIt(how: string): string {
  return `There is no nats-server on this machine. ${how}\nOr download it from https://nats.io/download and name it in NATS_SERVER, or set NATS_URL to a server with JetStream.`
}
