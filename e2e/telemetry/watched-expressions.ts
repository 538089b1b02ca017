import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const DEPLOY = join(import.meta.dirname, '../../deploy')
export const RULES = join(DEPLOY, 'prometheus/rules.yml')
export const RULE_TESTS = join(DEPLOY, 'prometheus/rules.test.yml')

export interface Dashboard {
  title: string
  uid: string
  panels: { title: string; type: string; targets?: { expr: string }[] }[]
}

/** The dashboards Grafana is given. */
export function dashboards(): Dashboard[] {
  const folder = join(DEPLOY, 'grafana/dashboards')
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as Dashboard)
}

/** The alerts, read off the lines of the rules: each has its expression on one line. */
export function alerts(): { name: string; expression: string; runbook: string }[] {
  const rules = readFileSync(RULES, 'utf8')
    .split(/^ *- alert: /m)
    .slice(1)
  return rules.map((rule) => ({
    name: /^\w+/.exec(rule)?.[0] ?? '',
    expression: /^ *expr: (.+)$/m.exec(rule)?.[1] ?? '',
    runbook: /^ *runbook: (.+)$/m.exec(rule)?.[1] ?? '',
  }))
}

/** Everything that dashboards and alerts ask Prometheus, with where it stands. */
export const watchedExpressions = (): { at: string; expression: string }[] => [
  ...dashboards().flatMap(({ title, panels }) =>
    panels.flatMap((panel) =>
      (panel.targets ?? []).map(({ expr }) => ({ at: `${title}: ${panel.title}`, expression: expr })),
    ),
  ),
  ...alerts().map(({ name, expression }) => ({ at: name, expression })),
]
