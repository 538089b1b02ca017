import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import type { Manifest } from './manifests.ts'

/** The package that has the schema of an API. */
const moduleOf = ({ apiVersion }: Manifest): string =>
  apiVersion.startsWith('postgresql.cnpg.io/')
    ? `@kubernetes-models/cloudnative-pg/${apiVersion}`
    : `kubernetes-models/${apiVersion}`

type Kinds = Record<string, new (manifest: Manifest) => { validate: () => void }>

/** @throws Error when a required field is missing, a type is wrong, or there is no such kind */
export async function validate(manifest: Manifest): Promise<void> {
  const kinds = (await import(moduleOf(manifest))) as Kinds
  const Kind = kinds[manifest.kind]
  if (Kind === undefined) throw new Error(`${manifest.apiVersion} has no ${manifest.kind}.`)
  new Kind(manifest).validate()
}

const TSC = join(import.meta.dirname, '../../../node_modules/.bin/tsc')
const OPTIONS = [
  '--ignoreConfig',
  '--noEmit',
  '--strict',
  '--skipLibCheck',
  '--module',
  'nodenext',
  '--target',
  'es2024',
  '--types',
  '',
]

/** Below this package, so that the compiler finds its dependencies. */
const CACHE = join(import.meta.dirname, '../node_modules/.cache')

/**
 * Finds keys that no schema has, which the schemas themselves let pass: the manifests are written as literals of the
 * kinds' types and given to the compiler.
 * @returns what the compiler says; empty when all is known
 */
export function unknownKeys(manifests: readonly Manifest[]): string {
  mkdirSync(CACHE, { recursive: true })
  const folder = mkdtempSync(join(CACHE, 'manifests-'))
  try {
    const lines = manifests.map(
      (manifest, index) =>
        `export const m${index}: import('${moduleOf(manifest)}').I${manifest.kind} = ${JSON.stringify(manifest)}`,
    )
    const file = join(folder, 'manifests.ts')
    writeFileSync(file, lines.join('\n'))
    const { stdout, error } = spawnSync(TSC, [...OPTIONS, file], { encoding: 'utf8' })
    if (error !== undefined) throw error
    return stdout
  } finally {
    rmSync(folder, { recursive: true })
  }
}
