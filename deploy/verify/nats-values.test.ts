import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, it } from '@jest/globals'

import { madeSecrets, yamlOf } from './read/installation.ts'

interface Values {
  config: { cluster: { enabled: boolean; replicas: number } }
  container: {
    image: { tag: string }
    env: Record<string, { valueFrom: { secretKeyRef: { name: string; key: string } } }>
  }
}

const production = join(import.meta.dirname, '../kubernetes/overlays/production')
const values = yamlOf<Values>(readFileSync(join(production, 'nats-values.yaml'), 'utf8'))

/** The chart has no schema. These are the keys of its values that we set, as its README of the 1.x and 2.x line has them. */
const KNOWN = [
  'config',
  'container',
  'promExporter',
  'reloader',
  'natsBox',
  'podDisruptionBudget',
  'podTemplate',
]

describe('the values of the NATS chart', () => {
  it('are three brokers, of the version that the tests take', () => {
    expect(Object.keys(values).filter((key) => !KNOWN.includes(key))).toEqual([])
    expect(values.config.cluster).toEqual({ enabled: true, replicas: 3 })
    const tested = readFileSync(join(import.meta.dirname, '../../packages/testing/src/containers.ts'), 'utf8')
    expect(tested).toContain(`'nats:${values.container.image.tag}'`)
  })

  it('take every password from a secret that npm run secrets makes', () => {
    for (const [name, { valueFrom }] of Object.entries(values.container.env)) {
      const { name: secret, key } = valueFrom.secretKeyRef
      expect(key).toBe(name)
      expect(madeSecrets[secret]?.[key]).toMatch(/^[A-Za-z]\S{20,}$/)
    }
  })
})
