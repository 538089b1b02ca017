import { madeSecrets } from './installation.ts'
import type { Manifest } from './manifests.ts'

interface EnvVar {
  name: string
  value?: string
  valueFrom?: { secretKeyRef?: { name: string; key: string; optional?: boolean } }
}

interface Probe {
  httpGet?: { path: string }
  grpc?: { port: number }
}

export interface Container {
  name: string
  image: string
  args?: string[]
  env?: EnvVar[]
  envFrom?: { configMapRef: { name: string } }[]
  startupProbe?: Probe
  livenessProbe?: Probe
  readinessProbe?: Probe
  resources?: { requests?: object; limits?: object }
  securityContext?: {
    allowPrivilegeEscalation?: boolean
    readOnlyRootFilesystem?: boolean
    capabilities?: { drop?: string[] }
  }
}

export interface PodSpec {
  containers: Container[]
  initContainers?: Container[]
  automountServiceAccountToken?: boolean
  terminationGracePeriodSeconds?: number
  topologySpreadConstraints?: object[]
  securityContext?: { runAsNonRoot?: boolean; runAsUser?: number; seccompProfile?: { type: string } }
}

export interface Workload extends Manifest {
  spec: {
    replicas?: number
    strategy?: { rollingUpdate?: { maxUnavailable: number; maxSurge: number } }
    template: { metadata: { labels: Record<string, string> }; spec: PodSpec }
  }
}

const WORKLOADS = ['Deployment', 'StatefulSet', 'Job']

export const workloadsOf = (manifests: readonly Manifest[]): Workload[] =>
  manifests.filter((manifest): manifest is Workload => WORKLOADS.includes(manifest.kind))

export const containersOf = ({ spec }: Workload): Container[] => [
  ...(spec.template.spec.initContainers ?? []),
  ...spec.template.spec.containers,
]

/**
 * A container's environment as the kubelet would make it of our secrets and the config maps.
 * @throws Error when it refers to a key that nothing has
 */
export function environmentOf(container: Container, manifests: readonly Manifest[]): Record<string, string> {
  const maps = (container.envFrom ?? []).map(({ configMapRef: { name } }) => {
    const map = manifests.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === name)
    if (map === undefined) throw new Error(`There is no config map ${name}.`)
    return map.data ?? {}
  })
  const env: Record<string, string> = {}
  for (const { name, value, valueFrom } of container.env ?? []) {
    const from = valueFrom?.secretKeyRef
    const secret = from === undefined ? undefined : madeSecrets[from.name]?.[from.key]
    if (from !== undefined && secret === undefined) {
      if (from.optional === true) continue
      throw new Error(`${name}: npm run secrets makes no ${from.key} in ${from.name}.`)
    }
    env[name] =
      secret ?? (value ?? '').replaceAll(/\$\((\w+)\)/g, (kept, earlier: string) => env[earlier] ?? kept)
  }
  return Object.assign({}, ...maps, env) as Record<string, string>
}

/** Variables that are there only to be put into others. */
export const ingredientsOf = ({ env = [] }: Container): string[] =>
  env.flatMap(({ value = '' }) => [...value.matchAll(/\$\((\w+)\)/g)].map(([, name = '']) => name))
