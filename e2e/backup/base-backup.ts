import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chown, mkdir, readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { Client } from 'pg'

/** What belongs to the running server and not to its data, as pg_basebackup leaves it out. */
const LEFT_OUT = [
  'postmaster.pid',
  'postmaster.opts',
  'pg_wal',
  'pg_replslot',
  'pg_dynshmem',
  'pg_notify',
  'pg_serial',
  'pg_snapshots',
  'pg_stat_tmp',
  'pg_subtrans',
]

export interface BackedUp {
  /** Whatever was committed before this instant is in the backup. */
  at: Date
}

/**
 * A base backup of a running server, by the steps that pg_basebackup takes (PostgreSQL's manual, “Making a Base Backup Using
 * the Low Level API”): the embedded server brings no such program. The files are copied while they change; the log that was
 * written meanwhile makes them whole again when the copy is started.
 * @param adminUrl as superuser
 * @param to a folder that is made
 */
export async function baseBackup(adminUrl: string, from: string, to: string): Promise<BackedUp> {
  const session = new Client({ connectionString: adminUrl })
  await session.connect()
  try {
    // The log is kept until it is copied; an archive command would do the same for longer.
    await session.query(`alter system set wal_keep_size = '2GB'`)
    await session.query('select pg_reload_conf()')
    await session.query(`select pg_backup_start('kitroom', fast => true)`)
    // The server runs as whoever owns its files.
    const { uid, gid } = await stat(from)
    const made = async (folder: string) => {
      await mkdir(folder, { mode: 0o700 })
      await chown(folder, uid, gid)
    }
    await made(to)
    const names = (await readdir(from)).filter((name) => !LEFT_OUT.includes(name))
    await copied(
      names.map((name) => join(from, name)),
      to,
    )
    for (const name of LEFT_OUT.slice(2)) await made(join(to, name))
    const at = new Date()
    const { rows } = await session.query<{ labelfile: string }>(
      'select labelfile from pg_backup_stop(wait_for_archive => false)',
    )
    await writeFile(join(to, 'backup_label'), rows[0]?.labelfile ?? '')
    await chown(join(to, 'backup_label'), uid, gid)
    await copied([`${join(from, 'pg_wal')}/.`], join(to, 'pg_wal'))
    await session.query('alter system reset wal_keep_size')
    await session.query('select pg_reload_conf()')
    return { at }
  } finally {
    await session.end()
  }
}

/** Copies with owner and mode. Files that vanish on the way belong to tables that are gone, or to nobody. */
async function copied(from: string[], to: string): Promise<void> {
  const copying = spawn('cp', ['-a', ...from, to], { stdio: ['ignore', 'ignore', 'pipe'] })
  let complaints = ''
  copying.stderr.on('data', (text) => (complaints += String(text)))
  await once(copying, 'close')
  const serious = complaints.split('\n').filter((line) => line !== '' && !line.includes('No such file'))
  if (serious.length > 0) throw new Error(serious.join('\n'))
}
