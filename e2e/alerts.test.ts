import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, it } from '@jest/globals'

import { alerts, dashboards, RULE_TESTS, RULES } from './telemetry/watched-expressions.ts'

const root = join(import.meta.dirname, '..')
const runbooks = readFileSync(join(root, 'docs/operations/alerts.md'), 'utf8')
const headings = [...runbooks.matchAll(/^## (\w+)$/gm)].map(([, heading]) => heading)

describe('every alert', () => {
  it('has a runbook, and every runbook an alert', () => {
    expect(headings.toSorted()).toEqual(
      alerts()
        .map(({ name }) => name)
        .toSorted(),
    )
  })

  it.each(alerts())('$name leads to its runbook and is tried', ({ name, runbook }) => {
    expect(runbook).toBe(`docs/operations/alerts.md#${name.toLowerCase()}`)
    const tried = readFileSync(RULE_TESTS, 'utf8')
    expect(tried).toMatch(new RegExp(`alertname: ${name}\\n[^]*?exp_labels[^]*?${runbook}`))
  })
})

/** Prometheus's own tool, where it is installed: `apt-get install prometheus`. */
const promtool = (...args: string[]) => spawnSync('promtool', args, { encoding: 'utf8' })
const hasPromtool = promtool('--version').error === undefined
if (!hasPromtool) console.log('promtool is not installed: rules and their tests are not run through it.')

const withPromtool = hasPromtool ? it : it.skip

describe('Prometheus', () => {
  withPromtool('understands the rules', () => {
    expect(promtool('check', 'rules', RULES)).toMatchObject({ status: 0 })
  })

  withPromtool('raises each alert when it should, and not before', () => {
    expect(promtool('test', 'rules', RULE_TESTS)).toMatchObject({ status: 0 })
  })
})

describe('every dashboard', () => {
  it.each(dashboards())(
    '$title has a name of its own, and panels that ask for something',
    ({ uid, panels }) => {
      expect(dashboards().filter((other) => other.uid === uid)).toHaveLength(1)
      for (const panel of panels) expect(panel.targets).not.toHaveLength(0)
    },
  )
})
