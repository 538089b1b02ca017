import { get } from 'node:http'

const PATIENCE_MS = 1_000

/**
 * Where a run of tests takes its servers from: what `KITROOM_TEST_INFRA` says; unset, containers where an engine answers.
 * @throws Error when it says anything else
 */
export async function testInfra(env: NodeJS.ProcessEnv): Promise<'containers' | 'embedded'> {
  const asked = env['KITROOM_TEST_INFRA']
  if (asked === 'containers' || asked === 'embedded') return asked
  if (asked !== undefined) {
    throw new Error(
      `KITROOM_TEST_INFRA is "${asked}". It may be "containers" or "embedded"; unset, containers are used where a Docker engine answers.`,
    )
  }
  const engine = env['DOCKER_HOST'] ?? 'unix:///var/run/docker.sock'
  return (await answersPing(engine)) ? 'containers' : 'embedded'
}

/** A socket's file says nothing: it stays behind when its engine is gone. */
function answersPing(engine: string): Promise<boolean> {
  if (!URL.canParse(engine)) return Promise.resolve(false)
  const { protocol, hostname, port, pathname } = new URL(engine)
  const address = protocol === 'unix:' ? { socketPath: decodeURIComponent(pathname) } : { hostname, port }
  return new Promise((resolve) => {
    get({ ...address, path: '/_ping', signal: AbortSignal.timeout(PATIENCE_MS) }, (response) => {
      response.destroy()
      resolve(response.statusCode === 200)
    }).on('error', () => {
      resolve(false)
    })
  })
}
