import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'

import { type Figure, isMet, type Measure } from './measure.ts'
import { auditLag } from './measures/audit-lag.ts'
import { booking } from './measures/book.ts'
import { contention } from './measures/contention.ts'
import { depth } from './measures/depth.ts'
import { footprint } from './measures/footprint.ts'
import { importing } from './measures/import.ts'
import { overload } from './measures/overload.ts'
import { readResource } from './measures/read-resource.ts'
import { search } from './measures/search.ts'
import { signIn } from './measures/sign-in.ts'
import { start } from './measures/start.ts'
import { volume } from './measures/volume.ts'
import { type Profile, profiling } from './profile/profile.ts'
import { startBench } from './stack/bench.ts'

const MEASURES: readonly Measure[] = [
  booking,
  readResource,
  contention,
  volume,
  search,
  depth,
  auditLag,
  overload,
  signIn,
  importing,
  footprint,
  start,
]

const PROFILE = '--profile'
const given = process.argv.slice(2)
const wanted = given.filter((argument) => argument !== PROFILE)
const unknown = wanted.filter((name) => MEASURES.every((measure) => measure.name !== name))
if (unknown.length > 0) {
  console.error(
    `There is no measure ${unknown.join(', ')}; there are: ${MEASURES.map(({ name }) => name).join(', ')}`,
  )
  process.exit(2)
}

const machine = {
  processor: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  memory_gib: Math.round(totalmem() / 2 ** 30),
  node: process.version,
  commit: execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim(),
}
console.log(
  `${machine.cores} × ${machine.processor}, ${machine.memory_gib} GiB, Node ${machine.node}, commit ${machine.commit}`,
)

const round = (value: number) => Number(value.toPrecision(3))

function row({ name, value, unit, goal, ...figure }: Figure): string {
  const wish = 'atMost' in goal ? `≤ ${goal.atMost}` : `≥ ${goal.atLeast}`
  const parts = Object.entries(figure.parts)
    .map(([part, seen]) => `${part} ${typeof seen === 'number' ? round(seen) : seen}`)
    .join(', ')
  const mark = isMet({ name, value, unit, goal, ...figure }) ? '✓' : '✗'
  return `${mark} ${name}: ${round(value)} ${unit} (goal ${wish}; ${parts})`
}

async function figuresOf(measure: Measure, profile?: Profile): Promise<Figure[]> {
  await using bench = await startBench(profile?.env)
  profile?.watch(bench.system.processes)
  return await measure.run(bench, (text) => console.log(`  ${text}`))
}

const folder = join(import.meta.dirname, 'results')
mkdirSync(folder, { recursive: true })
for (const measure of MEASURES.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
  console.log(`… ${measure.name}`)
  const profile = given.includes(PROFILE) ? profiling(join(folder, 'profiles', measure.name)) : undefined
  const figures = await figuresOf(measure, profile)
  for (const figure of figures) console.log(row(figure))
  for (const line of profile?.report() ?? []) console.log(line)
  const result = { measure: measure.name, at: new Date().toISOString(), machine, figures }
  writeFileSync(join(folder, `${measure.name}.json`), `${JSON.stringify(result, undefined, 2)}\n`)
}
