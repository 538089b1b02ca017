import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'

import { closingLine, countOf, failedFiles } from './jest-summary.ts'

let folder = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kitroom-summary-'))
})

afterEach(() => {
  rmSync(folder, { recursive: true })
})

function reportOf(
  numbers: Partial<Record<'Passed' | 'Failed' | 'Pending' | 'Todo', number>>,
  brokenFiles = 0,
): string {
  const { Passed = 0, Failed = 0, Pending = 0, Todo = 0 } = numbers
  const file = join(folder, 'report.json')
  const report = {
    numPassedTests: Passed,
    numFailedTests: Failed,
    numPendingTests: Pending,
    numTodoTests: Todo,
    numRuntimeErrorTestSuites: brokenFiles,
  }
  writeFileSync(file, JSON.stringify(report))
  return file
}

describe('the closing line of a test run', () => {
  it('says what passed and failed, and what was skipped only where something was', () => {
    expect(closingLine(countOf(reportOf({ Passed: 12 }), 0))).toBe('12 passed, 0 failed')
    expect(closingLine(countOf(reportOf({ Passed: 9, Failed: 2, Pending: 1, Todo: 1 }), 1))).toBe(
      '9 passed, 2 failed, 2 skipped',
    )
  })

  it('counts a file that could not run as a failure', () => {
    expect(countOf(reportOf({ Passed: 3 }, 1), 1)).toEqual({ passed: 3, failed: 1, skipped: 0 })
  })

  it('never reports success for a run that failed', () => {
    expect(countOf(reportOf({ Passed: 3 }), 1).failed).toBe(1)
    expect(countOf(join(folder, 'absent.json'), 1)).toEqual({ passed: 0, failed: 1, skipped: 0 })
  })
})

describe('the files that failed', () => {
  it('are those that Jest names as failed', () => {
    const file = reportOf({ Passed: 1, Failed: 1 })
    const testResults = [
      { name: '/a.test.ts', status: 'passed' },
      { name: '/b.test.ts', status: 'failed' },
    ]
    writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), testResults }))
    expect(failedFiles(file)).toEqual(['/b.test.ts'])
  })

  it('are none where nothing was written', () => {
    expect(failedFiles(join(folder, 'nothing.json'))).toEqual([])
  })
})
