import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'

import { FolderInUse, lockFolder } from './folder-lock.ts'

let folder = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kitroom-lock-'))
})

afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

describe('the lock on a folder', () => {
  it('is held by one at a time and can be taken again after its release', () => {
    const first = lockFolder(folder)
    expect(() => lockFolder(folder)).toThrow(FolderInUse)
    first.release()
    lockFolder(folder).release()
  })

  it('makes the folder when it is absent', () => {
    lockFolder(join(folder, 'not', 'there')).release()
  })

  it('ends with the process that holds it, even when that is killed', async () => {
    const holder = spawn(
      process.execPath,
      [
        '--conditions=@kitroom/source',
        '--input-type=module',
        '--eval',
        `import { lockFolder } from '@kitroom/local-servers'
         lockFolder(${JSON.stringify(folder)})
         console.log('held')
         setInterval(() => undefined, 1000)`,
      ],
      { cwd: import.meta.dirname, stdio: ['ignore', 'pipe', 'inherit'] },
    )
    await once(holder.stdout, 'data')
    expect(() => lockFolder(folder)).toThrow(FolderInUse)
    holder.kill('SIGKILL')
    await once(holder, 'exit')
    lockFolder(folder).release()
  })
})
