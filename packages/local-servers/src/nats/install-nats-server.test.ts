import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'

import { findNatsServer } from './find-nats-server.ts'
import { installNatsServer } from './install-nats-server.ts'

let folder = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kitroom-tools-'))
})

afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

describe('finding a nats-server', () => {
  it('takes the one that is named', () => {
    expect(findNatsServer({ NATS_SERVER: '/somewhere/nats-server', PATH: folder })).toBe(
      '/somewhere/nats-server',
    )
  })

  it('takes the first on the PATH that can be executed', () => {
    const program = join(folder, 'nats-server')
    writeFileSync(program, '#!/bin/sh\n')
    chmodSync(program, 0o644)
    expect(findNatsServer({ PATH: folder })).not.toBe(program)
    chmodSync(program, 0o755)
    expect(findNatsServer({ PATH: folder })).toBe(program)
  })
})

const hasApt = spawnSync('apt-get', ['--version']).status === 0

describe('fetching a nats-server', () => {
  ;(hasApt ? it : it.skip)('unpacks the distribution’s package without installing it', async () => {
    const program = await installNatsServer(join(folder, 'nats'))
    const { stdout } = spawnSync(program, ['--version'], { encoding: 'utf8' })
    expect(stdout).toContain('nats-server')
  })
})
