import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Where `installNatsServer` puts it: inside the checkout, out of the way of the system's packages. */
export const NATS_TOOLS = join(import.meta.dirname, '../../../../node_modules/.cache/kitroom/nats-server')

/** Debian puts it where the PATH of ordinary users does not lead. */
const USUAL_FOLDERS = ['/usr/sbin', '/usr/local/sbin', '/usr/local/bin', '/opt/homebrew/bin']

/** The path of a nats-server on this machine; undefined when there is none. `NATS_SERVER` names one outright. */
export function findNatsServer(env: NodeJS.ProcessEnv = process.env): string | undefined {
  if (env['NATS_SERVER'] !== undefined) return env['NATS_SERVER']
  const folders = [...(env['PATH'] ?? '').split(delimiter), ...USUAL_FOLDERS, join(NATS_TOOLS, 'usr/sbin')]
  return folders
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, 'nats-server'))
    .find(isExecutable)
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
