import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, it } from '@jest/globals'

import { APPS, STORES } from '../local/services/services.ts'
import { composeServices } from './read/compose-file.ts'
import { madeVariables } from './read/installation.ts'
import { configOf, variablesOf } from './read/service-configs.ts'

const page = readFileSync(join(import.meta.dirname, '../../docs/operations/settings.md'), 'utf8')

/** What a section's table has: each variable and its default, without the quotes of code. */
function rowsOf(section: string): [string, string][] {
  const [, text = ''] = page.split(`\n## ${section}\n`)
  const [own = ''] = text.split('\n## ')
  return [...own.matchAll(/^\| (`[A-Z_`, ]+`) +\| ([^|]+?) +\|/gm)].flatMap(([, names = '', preset = '']) =>
    [...names.matchAll(/[A-Z_]+/g)].map(([name]): [string, string] => [name, preset.replaceAll('`', '')]),
  )
}

const isStore = (app: string) => (STORES as readonly string[]).includes(app)
const rowsFor = (app: string) => [
  ...rowsOf('Every service'),
  ...(isStore(app) ? rowsOf('Every service with a database') : []),
  ...rowsOf(app),
]
const environments = composeServices(madeVariables)

describe('docs/operations/settings.md', () => {
  it.each(APPS)('has every variable that %s reads and no other', (app) => {
    const told = rowsFor(app).map(([name]) => name)
    expect(told.toSorted()).toEqual(variablesOf(app).toSorted())
  })

  it.each(APPS)('says which of them %s cannot do without', (app) => {
    const { environment = {} } = environments[app] ?? {}
    for (const [name, preset] of rowsFor(app)) {
      const without = () => configOf(app, { ...environment, [name]: '' })
      if (preset === 'required') expect(without).toThrow(`${name}: is required`)
      else expect(without).not.toThrow()
    }
  })

  it.each(APPS)('has the defaults of %s', (app) => {
    const { environment = {} } = environments[app] ?? {}
    for (const [name, preset] of rowsFor(app)) {
      if (preset === 'required' || preset === 'none' || IN_PACKAGES.includes(name)) continue
      expect(configOf(app, { ...environment, [name]: preset })).toEqual(
        configOf(app, { ...environment, [name]: '' }),
      )
    }
  })

  it.each(variablesOf('provisioning'))('has %s, which the provisioning reads', (name) => {
    expect(page).toContain(`\`${name}\``)
  })
})

/** Absent, they are left to the http package. */
const IN_PACKAGES = ['MAX_IN_FLIGHT', 'MAX_LOOP_DELAY_MS']
