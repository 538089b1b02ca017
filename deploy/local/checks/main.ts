import { randomInt } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'

import { z } from 'zod'

import { stopRequest } from '../stop-request.ts'
import { drift } from './drift.ts'
import { closingLine, type Count, countOf, failedFiles } from './jest-summary.ts'
import { endCommands, runCommand } from './run-command.ts'

/** What is checked besides the tests: a script of package.json and what to call it. The longest comes first. */
const CHECKS = {
  lint: 'Lint',
  types: 'Types',
  boundaries: 'Import boundaries',
  unused: 'Unused code',
  'format:check': 'Format',
  build: 'Build',
  protos: 'Protocol buffers',
}

/** Scripts that write files which are committed. */
const GENERATORS = {
  codegen: 'Generated gRPC code',
  'protos:release': 'Released protocol buffers',
  openapi: 'OpenAPI document',
  'nats-users': 'Users of the broker',
}

const scripts = z
  .object({ scripts: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readFileSync('package.json', 'utf8'))).scripts

const failures: string[] = []

/** One check: a line when it is done, and what it found. It never ends the run: all are wanted. */
async function check(title: string, work: () => Promise<string | undefined>): Promise<void> {
  const started = performance.now()
  const found = await work().catch(String)
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  console.log(`${found === undefined ? '✓' : '✗'} ${title} (${seconds} s)`)
  if (found === undefined) return
  failures.push(title)
  console.log(found)
}

/** Before anything else, since what they write is read by everything else. */
async function generators(): Promise<void> {
  for (const [script, title] of Object.entries(GENERATORS)) {
    const generator = scripts[script]
    if (generator !== undefined) await check(title, () => drift(generator))
  }
}

/** One after the other, while the tests run: these wait often enough to leave a fifth of the processors. */
async function staticChecks(): Promise<void> {
  for (const [script, title] of Object.entries(CHECKS)) {
    await check(title, async () => {
      const { code, output } = await runCommand(
        scripts[script] ?? `echo "package.json has no script ${script}"; false`,
      )
      return code === 0 ? undefined : output
    })
  }
}

/** So many files that failed may have been unlucky on a busy machine; more of them are no accident. */
const MOST_RUN_AGAIN = 3

async function jest(report: string, workers: number, args: string[]): Promise<Count> {
  rmSync(report, { force: true })
  const options = ['--ci', `--maxWorkers=${workers}`, '--json', `--outputFile=${report}`]
  const { code } = await runCommand(scripts['jest'] ?? 'jest', { args: [...options, ...args], live: true })
  return countOf(report, code)
}

/**
 * Runs the tests, two files at a time. Of the whole suite a few files that failed are run once more, each by itself: what is
 * broken fails again, and what failed beside others alone is named.
 */
async function tests(args: string[]): Promise<Count> {
  const folder = mkdtempSync(join(tmpdir(), 'kitroom-jest-'))
  process.on('exit', () => {
    rmSync(folder, { recursive: true, force: true })
  })
  const report = join(folder, 'report.json')
  const started = performance.now()
  console.log('… Tests')
  let count = await jest(report, 2, args)
  const failed = failedFiles(report)
  if (args.length === 0 && failed.length > 0 && failed.length <= MOST_RUN_AGAIN) {
    const names = failed.map((file) => relative('.', file)).join(', ')
    console.log(`… Once more, each by itself: ${names}`)
    const again = await jest(report, 1, ['--runTestsByPath', ...failed])
    if (again.failed === 0) {
      console.log(`! Failed beside other tests, and passed when run by itself: ${names}`)
      count = { ...count, passed: count.passed + count.failed, failed: 0 }
    }
  }
  console.log(
    `${count.failed === 0 ? '✓' : '✗'} Tests (${((performance.now() - started) / 1000).toFixed(1)} s)`,
  )
  return count
}

stopRequest().addEventListener('abort', () => {
  endCommands()
  process.exit(130)
})

/** The tests that have a long form: those that ask for `scaled` counts or limits of time. */
async function testsOfFullScale(): Promise<string[]> {
  const { output } = await runCommand(`git grep -l -E '(scaled|timeLimit)[(<]' -- '*.test.ts'`)
  return output.split('\n').filter((file) => file !== '')
}

/** Says what makes this run again what it was. */
async function announce(): Promise<void> {
  const { output } = await runCommand('git describe --always --dirty --abbrev=12')
  const seed = process.env['KITROOM_TEST_SEED'] ?? String(randomInt(2 ** 31))
  process.env['KITROOM_TEST_SEED_FROM'] = seed
  console.log(
    `Commit ${output.trim()}, seed ${seed}. The same again: KITROOM_TEST_SEED=${seed} npm run test:faults -- <file>`,
  )
}

const isFullScale = process.env['KITROOM_TEST_SCALE'] === 'full'
if (isFullScale) await announce()
const args = process.argv.slice(2)
if (args.length === 0 && isFullScale) args.push(...(await testsOfFullScale()))
const isWhole = args.length === 0
if (isWhole) await generators()
const [count] = await Promise.all([tests(args), isWhole ? staticChecks() : undefined])
const closing = closingLine({ ...count, failed: count.failed + failures.length })
if (count.failed > 0) failures.push('Tests')
console.log(failures.length === 0 ? '' : `\nFailed: ${failures.join(', ')}\n`)
console.log(closing)
if (failures.length > 0) process.exitCode = 1
