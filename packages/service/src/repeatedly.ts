import type { Logger } from './logger.ts'

/**
 * Does some work again and again, never two at once, first after one pause; a failure is logged and the next turn tries
 * anew. Disposing of it waits for the turn that is running.
 * @param pauseMs between the end of one turn and the next, give or take a quarter
 */
export function repeatedly(pauseMs: number, work: () => Promise<void>, logger: Logger): AsyncDisposable {
  let running: Promise<void> = Promise.resolve()
  let stopped = false
  let timer: NodeJS.Timeout

  const turn = () => {
    running = work()
      .catch((error: unknown) => logger.warn({ err: error }, 'housekeeping failed'))
      .finally(() => {
        if (!stopped) wait()
      })
  }
  const wait = () => {
    // Replicas started together drift apart.
    timer = setTimeout(turn, pauseMs * (0.75 + Math.random() / 2)).unref()
  }
  wait()

  return {
    async [Symbol.asyncDispose]() {
      stopped = true
      clearTimeout(timer)
      await running
    },
  }
}
