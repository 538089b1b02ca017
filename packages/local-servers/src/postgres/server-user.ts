import { chownSync, readFileSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

/** How to start a program as the user PostgreSQL shall run as. */
export interface ServerUser {
  ids: { uid?: number; gid?: number }
  /** Words to put before the command. */
  prefix: string[]
  own: (path: string) => void
  /** What to add to the message when it does not work. */
  hint: string
}

/**
 * PostgreSQL refuses to run as root. For root this gives a user without privileges; for everyone else nothing changes.
 *
 * When a folder on the way is closed to other users, as root's home is, that user could not even load the program.
 * It is then given the one capability of passing through folders (CAP_DAC_OVERRIDE), with the security bit that makes
 * access(2) honour it, which PostgreSQL asks before opening.
 * @param needed absolute paths the server must reach
 * @param cluster the data files; when they exist their owner is the user, as PostgreSQL demands
 */
export function serverUser(needed: string[], cluster: string): ServerUser {
  if (process.getuid?.() !== 0) return { ids: {}, prefix: [], own: () => undefined, hint: '' }
  const { uid, gid } = statSync(cluster, { throwIfNoEntry: false }) ?? unprivilegedUser()
  const own = (path: string) => {
    chownSync(path, uid, gid)
  }
  if (needed.every((path) => isOpenTo(path, uid, gid)))
    return { ids: { uid, gid }, prefix: [], own, hint: '' }
  const capability = '-all,+dac_override'
  return {
    ids: {},
    own,
    hint: `\nPostgreSQL refuses to run as root, and other users cannot reach ${needed.join(' or ')}. Put them elsewhere, or open the folders on the way with chmod o+x.`,
    prefix: [
      'setpriv',
      `--reuid=${uid}`,
      `--regid=${gid}`,
      '--clear-groups',
      `--inh-caps=${capability}`,
      `--ambient-caps=${capability}`,
      '--securebits=+no_setuid_fixup',
    ],
  }
}

/** Can that user get to the path through all its parents? */
function isOpenTo(path: string, uid: number, gid: number): boolean {
  const { mode, uid: owner, gid: group } = statSync(path)
  const passes = owner === uid ? mode & 0o100 : group === gid ? mode & 0o010 : mode & 0o001
  const parent = dirname(path)
  return passes !== 0 && (parent === path || isOpenTo(parent, uid, gid))
}

function unprivilegedUser(): { uid: number; gid: number } {
  const accounts = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
  const account = ['postgres', 'nobody'].flatMap((name) => accounts.filter(([login]) => login === name))[0]
  return { uid: Number(account?.[2] ?? 65534), gid: Number(account?.[3] ?? 65534) }
}
