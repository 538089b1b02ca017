import { Listr } from 'listr2'

/** How a start tells what it is doing. */
export interface Progress {
  /** Does one step of the work under a title; the step may say in a few words how far it is. */
  step: <Result>(title: string, work: (detail: (text: string) => void) => Promise<Result>) => Promise<Result>
  /** Something happened between steps, or long after them. */
  say: (line: string) => void
}

export const silent: Progress = {
  step: (_title, work) => work(() => undefined),
  say: () => undefined,
}

/** A line when a step is done. For logs and other programs. */
export const plain: Progress = {
  async step(title, work) {
    const started = performance.now()
    const result = await work(() => undefined)
    console.log(`✓ ${title} (${((performance.now() - started) / 1000).toFixed(1)} s)`)
    return result
  },
  say: (line) => {
    console.log(line)
  },
}

/** A moving sign and the detail beneath, for people. */
export const lively: Progress = {
  async step(title, work) {
    const started = performance.now()
    const done = Promise.withResolvers<Awaited<ReturnType<typeof work>>>()
    await new Listr(
      [
        {
          title,
          task: async (_context, task) => {
            done.resolve(await work((text) => (task.output = text)))
            task.title = `${title} (${((performance.now() - started) / 1000).toFixed(1)} s)`
          },
        },
      ],
      // The signals are ours: it would leave without stopping anything.
      { registerSignalListeners: false },
    ).run()
    return done.promise
  },
  say: plain.say,
}
