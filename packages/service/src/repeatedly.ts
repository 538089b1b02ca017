import type { Logger } from './logger.ts'

/** Work that goes on until it is disposed of, which waits for the turn that is running. */
export interface Repetition extends AsyncDisposable {
  /** Begins a turn at once, or when one is running another one right after it. */
  wake: () => void
}

/**
 * Does some work again and again, never two at once, first after one pause; a failure is logged and the next turn tries
 * anew.
 * @param pauseMs between the end of one turn and the next, give or take a quarter
 */
export function repeatedly(pauseMs: number, work: () => Promise<void>, logger: Logger): Repetition {
  let running: Promise<void> | undefined
  let again = false
  let stopped = false
  let timer: NodeJS.Timeout

  const turn = () => {
    clearTimeout(timer)
    again = false
    running = work()
      .catch((error: unknown) => logger.warn({ err: error }, 'housekeeping failed'))
      .finally(() => {
        running = undefined
        if (stopped) return
        if (again) turn()
        else wait()
      })
  }
  const wait = () => {
    // Replicas started together drift apart.
    timer = setTimeout(turn, pauseMs * (0.75 + Math.random() / 2)).unref()
  }
  wait()

  return {
    wake() {
      if (running !== undefined) again = true
      else if (!stopped) turn()
    },
    async [Symbol.asyncDispose]() {
      stopped = true
      clearTimeout(timer)
      await running
    },
  }
}
