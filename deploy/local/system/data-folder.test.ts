import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'

import { type DataFolder, openDataFolder } from './data-folder.ts'

let path = ''
const opened: DataFolder[] = []

function open(fresh = false): DataFolder {
  const folder = openDataFolder(path, fresh)
  opened.push(folder)
  return folder
}

beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'kitroom-data-'))
})

afterEach(() => {
  for (const folder of opened.splice(0)) folder.release()
  rmSync(path, { recursive: true })
})

describe('the data folder', () => {
  it('tells a second start where the first one answers', () => {
    open().announce('http://127.0.0.1:8123')
    expect(() => open()).toThrow(
      `already running on ${path} at http://127.0.0.1:8123 (process ${process.pid})`,
    )
  })

  it('can be taken again after its release', () => {
    open().release()
    expect(() => open()).not.toThrow()
  })

  it('keeps what is in it, unless it shall start over', () => {
    const first = open()
    for (const file of [
      first.secrets,
      join(first.postgres, 'cluster/PG_VERSION'),
      join(path, 'thesis.txt'),
    ]) {
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, 'kept')
    }
    first.release()
    open().release()
    expect(existsSync(first.secrets)).toBe(true)
    open(true)
    expect([first.secrets, first.postgres].filter(existsSync)).toEqual([])
    expect(readFileSync(join(path, 'thesis.txt'), 'utf8')).toBe('kept')
  })

  it('begins new logs at each start and keeps those of the last', () => {
    const first = open()
    writeFileSync(first.logOf('booking'), 'yesterday')
    first.release()
    const second = open()
    expect(existsSync(second.logOf('booking'))).toBe(false)
    expect(readFileSync(join(path, 'logs.previous/booking.log'), 'utf8')).toBe('yesterday')
  })
})
