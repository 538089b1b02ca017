import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

import { documentsOf } from './installation.ts'

const FOLDER = join(import.meta.dirname, '../../kubernetes')

export const OVERLAYS = ['base', 'overlays/dev', 'overlays/production'] as const
export type Overlay = (typeof OVERLAYS)[number]

export interface Manifest {
  apiVersion: string
  kind: string
  metadata: { name: string; namespace?: string; labels?: Record<string, string> }
  spec?: unknown
  data?: Record<string, string>
}

/** Why manifests cannot be rendered here; undefined where they can. */
export const noKustomize = spawnSync('kubectl', ['version', '--client']).error
  ? 'kubectl is not installed, so the manifests are not rendered and not checked.'
  : undefined

/** Everything an overlay makes. */
export function rendered(overlay: Overlay): Manifest[] {
  const { stdout, stderr, status } = spawnSync('kubectl', ['kustomize', join(FOLDER, overlay)], {
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`kubectl kustomize ${overlay}: ${stderr}`)
  return documentsOf<Manifest>(stdout)
}
