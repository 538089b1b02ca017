import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, it } from '@jest/globals'
import { DCLinter } from 'dclint'

import { APPS, STORES } from '../local/services/services.ts'
import { COMPOSE_FILE, composeServices, variablesAskedFor } from './read/compose-file.ts'
import { ownCommandOf } from './read/image-command.ts'
import { madeVariables } from './read/installation.ts'
import { unknownTo } from './read/service-configs.ts'

/**
 * Taste, not truth: we order by meaning, and name both image and build. That ports are bound to an address is tested
 * below, where the variables have their values.
 */
const NOT_OURS = /order$|^no-build-and-image$|^no-quotes-in-volumes$|^no-unbound-port-interfaces$/

const services = composeServices(madeVariables)
const example = readFileSync(join(COMPOSE_FILE, '../.env.example'), 'utf8')

describe('deploy/compose.yaml', () => {
  it('is what the schema of Compose allows, with no unknown key', () => {
    const linter = new DCLinter({ rules: {}, quiet: true, debug: false, exclude: [] })
    const results = linter.lintFiles([COMPOSE_FILE], false) as { messages: { rule: string }[] }[]
    const messages = results.flatMap((result) => result.messages)
    expect(messages.filter(({ rule }) => !NOT_OURS.test(rule))).toEqual([])
  })

  it.each([...variablesAskedFor()].filter(([, kind]) => kind === 'required'))(
    'refuses to start without %s, and npm run secrets makes it',
    (name) => {
      expect(madeVariables[name]).toMatch(/./)
      expect(() => composeServices({ ...madeVariables, [name]: '' })).toThrow(`${name}: run npm run secrets`)
    },
  )

  it('has no secret in it: whatever is called a key, a token or a password comes from outside', () => {
    const secret = /(PASSWORD|_KEYS?|TOKEN)\w*: (\$.*|.{12,})$/gm
    const values = [...readFileSync(COMPOSE_FILE, 'utf8').matchAll(secret)].map(([, , value]) => value)
    expect(values.length).toBeGreaterThan(20)
    for (const value of values) expect(value).toMatch(/^\$\{(\w+:\?|TOKEN_ISSUER|PREVIOUS_\w+:-\}$)/)
    expect(example).not.toMatch(/^[A-Z_]+=./m)
  })

  it('asks for nothing that .env.example does not explain', () => {
    const explained = new Set([...example.matchAll(/^#?([A-Z_]+)=/gm)].map(([, name]) => name))
    expect(explained).toEqual(new Set(variablesAskedFor().keys()))
  })

  it.each(APPS)('gives %s every variable that it needs and none that it does not know', (app) => {
    expect(unknownTo(app, services[app]?.environment ?? {})).toEqual([])
  })

  it('gives the provisioning what it needs, and no service an owner’s or the administrator’s password', () => {
    expect(unknownTo('provisioning', services['provisioning']?.environment ?? {})).toEqual([])
    const wide = Object.entries(madeVariables).filter(([name]) => /OWNER|POSTGRES|OPERATOR/.test(name))
    expect(wide).toHaveLength(6)
    for (const app of APPS) {
      for (const [, value] of wide) expect(JSON.stringify(services[app])).not.toContain(value)
    }
  })

  it.each(STORES)(
    'starts %s when its own migrations are done, and these when the roles are there',
    (store) => {
      expect(services[store]?.depends_on).toHaveProperty(
        `${store}-migrations.condition`,
        'service_completed_successfully',
      )
      const migrations = services[`${store}-migrations`]
      expect(migrations?.depends_on).toHaveProperty(
        'provisioning.condition',
        'service_completed_successfully',
      )
      expect(migrations?.image).toBe(services[store]?.image)
      expect(migrations?.environment).toEqual({
        MIGRATION_DATABASE_URL: expect.stringContaining(`kitroom_${store}_owner:`),
      })
    },
  )

  it('pins every image to a version', () => {
    for (const { image } of Object.values(services)) expect(image).toMatch(/:v?\d+\.\d+(\.\d+)?(-[a-z]+)?$/)
  })

  it.each([...APPS, ...STORES.map((store) => `${store}-migrations`), 'provisioning'])(
    'takes from %s what it does not need: a file system to write, capabilities, new privileges',
    (name) => {
      expect(services[name]).toMatchObject({
        read_only: true,
        cap_drop: ['ALL'],
        security_opt: ['no-new-privileges:true'],
      })
    },
  )

  it.each(APPS)('starts %s with as much memory as npm start does', (app) => {
    expect(services[app]?.command).toEqual(ownCommandOf(app))
  })

  it('publishes the gateway and the operators’ pages on this machine only, and nothing else', () => {
    const published = Object.entries(services).filter(([, { ports }]) => ports !== undefined)
    expect(published.map(([name]) => name).toSorted()).toEqual(['gateway', 'grafana', 'jaeger'])
    for (const [, { ports = [] }] of published)
      for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/)
  })
})
