import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const fixture = fileURLToPath(new URL('fixture.ts', import.meta.url))
const started: ReturnType<typeof spawnService>[] = []

/** Starts the fixture with exactly this environment. */
export function start(env: Record<string, string>, nodeOptions: string[] = []) {
  const running = spawnService(env, nodeOptions)
  started.push(running)
  return running
}

/** Ends what a test left running. */
export async function killAll(): Promise<void> {
  for (const { child, exited } of started.splice(0)) {
    child.kill('SIGKILL')
    await exited
  }
}

function spawnService(env: Record<string, string>, nodeOptions: string[]) {
  const child = spawn(process.execPath, ['--conditions=@kitroom/source', ...nodeOptions, fixture], {
    env,
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let output = ''
  const listeners = new Set<() => void>()
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
      for (const listener of listeners) listener()
    })
  }
  return {
    child,
    output: () => output,
    /** Waits until the message was written. */
    says: (message: string) =>
      new Promise<void>((resolve) => {
        const look = () => {
          if (!output.includes(message)) return
          listeners.delete(look)
          resolve()
        }
        listeners.add(look)
        look()
      }),
    exited: once(child, 'close').then(([code]: unknown[]) => code),
  }
}
