import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

const SQLITE_BUSY = 5

/** The folder is held by a living process. */
export class FolderInUse extends Error {}

/**
 * Takes a folder for this process alone, until `release` or the end of the process, however it ends.
 *
 * The lock is SQLite's on a file in the folder: it belongs to the kernel, so unlike a file with a process id
 * it cannot be left behind by a kill or mistaken for that of a later process.
 * @throws FolderInUse when a process, this one included, holds it
 */
export function lockFolder(folder: string): { release: () => void } {
  mkdirSync(folder, { recursive: true })
  const lock = new DatabaseSync(join(folder, 'lock'))
  try {
    lock.exec('PRAGMA journal_mode = memory; BEGIN EXCLUSIVE')
  } catch (error) {
    lock.close()
    if ((error as { errcode?: number }).errcode !== SQLITE_BUSY) throw error
    throw new FolderInUse(`Another process is using ${folder}.`, { cause: error })
  }
  return {
    release: () => {
      if (lock.isOpen) lock.close()
    },
  }
}
