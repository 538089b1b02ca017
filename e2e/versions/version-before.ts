import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const ROOT = join(import.meta.dirname, '../..')

/**
 * The version before this one. Until there is a release it is the last commit before booking wrote down what was settled, two
 * migrations ago; from then on the tag of the last release.
 */
export const VERSION_BEFORE =
  process.env['KITROOM_TEST_VERSION_BEFORE'] ?? 'd9693b2740a3185e9d6ec6ba542fd9822de33552'

const requireCommit = (commit: string) =>
  run('git', ['cat-file', '-e', `${commit}^{commit}`], { cwd: ROOT }).catch((cause: unknown) => {
    throw new Error(`The version before, ${commit}, is not in this clone: git fetch --unshallow`, { cause })
  })

/**
 * Reads a file as the version before has it.
 * @throws Error when git does not have the commit
 */
export async function fileBefore(path: string): Promise<string> {
  await requireCommit(VERSION_BEFORE)
  const show = ['show', `${VERSION_BEFORE}:${path}`]
  return (await run('git', show, { cwd: ROOT, maxBuffer: 64 * 1024 * 1024 })).stdout
}

/**
 * Puts the code of a commit into an empty folder, with what it needs.
 * @throws Error when git does not have the commit
 */
export async function putCode(commit: string, folder: string): Promise<void> {
  await requireCommit(commit)
  const archive = spawn('git', ['archive', commit], { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] })
  const unpack = spawn('tar', ['-x', '-C', folder], { stdio: [archive.stdout, 'inherit', 'inherit'] })
  const [code] = (await once(unpack, 'close')) as [number | null]
  if (code !== 0) throw new Error(`The code of ${commit} could not be unpacked.`)
  await run('npx', ['-y', 'pnpm@12.21.0', 'install', '--frozen-lockfile', '--prefer-offline'], {
    cwd: folder,
    env: { ...process.env, CI: 'true' },
    maxBuffer: 64 * 1024 * 1024,
  })
}
