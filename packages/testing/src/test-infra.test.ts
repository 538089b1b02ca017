import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type RequestListener } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'

import { testInfra } from './test-infra.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kitroom-infra-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** A server on a socket as an engine has one. */
async function engine(answer: RequestListener): Promise<AsyncDisposable & { env: NodeJS.ProcessEnv }> {
  const path = join(folder, 'engine.sock')
  const server = createServer(answer)
  await new Promise<void>((resolve) => {
    server.listen(path, resolve)
  })
  return {
    env: { DOCKER_HOST: `unix://${path}` },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

describe('where the servers of a run come from', () => {
  it('is containers where an engine answers the ping', async () => {
    const asked: (string | undefined)[] = []
    await using docker = await engine((request, response) => {
      asked.push(request.url)
      response.end('OK')
    })
    expect(await testInfra(docker.env)).toBe('containers')
    expect(asked).toEqual(['/_ping'])
  })

  it('is embedded where the engine is there but not well', async () => {
    await using docker = await engine((_request, response) => response.writeHead(500).end())
    expect(await testInfra(docker.env)).toBe('embedded')
  })

  it('is embedded where something holds the socket and says nothing for a second', async () => {
    await using docker = await engine(() => undefined)
    const before = performance.now()
    expect(await testInfra(docker.env)).toBe('embedded')
    expect(performance.now() - before).toBeGreaterThanOrEqual(900)
  })

  it.each(['unix:///nowhere/docker.sock', 'tcp://127.0.0.1:1', 'ssh://127.0.0.1:1', 'nonsense'])(
    'is embedded where DOCKER_HOST is %s, at which nothing is',
    async (host) => {
      expect(await testInfra({ DOCKER_HOST: host })).toBe('embedded')
    },
  )

  it('is what was asked for, whatever answers', async () => {
    await using docker = await engine((_request, response) => response.end('OK'))
    expect(await testInfra({ ...docker.env, KITROOM_TEST_INFRA: 'embedded' })).toBe('embedded')
    expect(await testInfra({ DOCKER_HOST: 'nonsense', KITROOM_TEST_INFRA: 'containers' })).toBe('containers')
  })

  it.each(['docker', 'Containers', ''])('is refused when it is "%s"', async (asked) => {
    await expect(testInfra({ KITROOM_TEST_INFRA: asked })).rejects.toThrow(
      `KITROOM_TEST_INFRA is "${asked}". It may be "containers" or "embedded"`,
    )
  })
})
