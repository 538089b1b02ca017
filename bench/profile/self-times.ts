/** What `node --cpu-prof` writes, as far as it is read here. */
export interface CpuProfile {
  nodes: readonly {
    id: number
    callFrame: { functionName: string; url: string; lineNumber: number }
  }[]
  samples: readonly number[]
  /** Between each sample and the one before, in microseconds. */
  timeDeltas: readonly number[]
}

export interface SelfTimes {
  busyMs: number
  /** Milliseconds by package. */
  packages: Map<string, number>
  /** Milliseconds by function. */
  functions: Map<string, number>
}

const IDLE = ['(idle)', '(root)']

/** Where the time of a process went, each function without those it calls. */
export function selfTimes({ nodes, samples, timeDeltas }: CpuProfile): SelfTimes {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]))
  const times: SelfTimes = { busyMs: 0, packages: new Map(), functions: new Map() }
  for (const [at, id] of samples.entries()) {
    const frame = frames.get(id)
    const ms = (timeDeltas[at] ?? 0) / 1_000
    if (frame === undefined || IDLE.includes(frame.functionName)) continue
    times.busyMs += ms
    const from = packageOf(frame)
    const name = `${frame.functionName === '' ? '(anonymous)' : frame.functionName}  ${from} ${frame.url.split('/').at(-1) ?? ''}:${frame.lineNumber + 1}`
    times.packages.set(from, (times.packages.get(from) ?? 0) + ms)
    times.functions.set(name, (times.functions.get(name) ?? 0) + ms)
  }
  return times
}

function packageOf({ functionName, url }: CpuProfile['nodes'][number]['callFrame']): string {
  if (url === '') return functionName.startsWith('(') ? functionName : 'node (native)'
  if (url.startsWith('node:')) return 'node'
  const dependency = /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules\/)/.exec(url)?.[1]
  return dependency ?? /\/((?:packages|services)\/[^/]+)\//.exec(url)?.[1] ?? 'other'
}
