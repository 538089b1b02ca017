import { readFileSync } from 'node:fs'

import { z } from 'zod'

const JestResult = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number(),
  /** Files that failed before a test of theirs could run. */
  numRuntimeErrorTestSuites: z.number(),
  testResults: z.array(z.object({ name: z.string(), status: z.string() })).default([]),
})

export interface Count {
  passed: number
  failed: number
  skipped: number
}

/** Counts what Jest wrote with --json; a run that wrote nothing, or failed beside its tests, is one failure. */
export function countOf(file: string, exitCode: number): Count {
  const count = read(file)
  return exitCode !== 0 && count.failed === 0 ? { ...count, failed: 1 } : count
}

function read(file: string): Count {
  const result = resultIn(file)
  if (result === undefined) return { passed: 0, failed: 1, skipped: 0 }
  return {
    passed: result.numPassedTests,
    failed: result.numFailedTests + result.numRuntimeErrorTestSuites,
    skipped: result.numPendingTests + result.numTodoTests,
  }
}

/** The files that failed, by what Jest wrote with --json; none where it wrote nothing. */
export function failedFiles(file: string): string[] {
  const { testResults } = resultIn(file) ?? { testResults: [] }
  return testResults.filter(({ status }) => status === 'failed').map(({ name }) => name)
}

function resultIn(file: string): z.infer<typeof JestResult> | undefined {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
  return JestResult.parse(JSON.parse(text))
}

/** The last line of a run: `12 passed, 0 failed`, and `, 1 skipped` where there are any. */
export function closingLine({ passed, failed, skipped }: Count): string {
  return `${passed} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}`
}
