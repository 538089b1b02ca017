import { Failure } from '@kitroom/errors'

/**
 * Runs at most `atOnce` pieces of work together and lets `waiting` more stand in line.
 * The function returned throws Failure dependency-unavailable when the line is full.
 */
export function takingTurns(atOnce: number, waiting: number) {
  const line: (() => void)[] = []
  let running = 0

  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (running >= atOnce) {
      if (line.length >= waiting) {
        throw new Failure(
          'dependency-unavailable',
          'Too many people are signing in. Try again in a moment.',
          {
            retryAfterSeconds: 1,
          },
        )
      }
      // Whoever finishes hands its place on, so `running` is not counted twice.
      await new Promise<void>((resolve) => line.push(resolve))
    } else {
      running += 1
    }
    try {
      return await work()
    } finally {
      const next = line.shift()
      if (next === undefined) running -= 1
      else next()
    }
  }
}

/** Lines apart: for each key one piece of work at a time, with `waiting` more behind it. */
export function takingTurnsApart(waiting: number) {
  const lines = new Map<string, { turn: ReturnType<typeof takingTurns>; inside: number }>()

  return async <T>(key: string, work: () => Promise<T>): Promise<T> => {
    const line = lines.get(key) ?? { turn: takingTurns(1, waiting), inside: 0 }
    lines.set(key, line)
    line.inside += 1
    try {
      return await line.turn(work)
    } finally {
      line.inside -= 1
      if (line.inside === 0) lines.delete(key)
    }
  }
}
