import { beforeAll, describe, expect, it } from '@jest/globals'

import { type Manifest, noKustomize, rendered } from './read/manifests.ts'
import { workloadsOf } from './read/pods.ts'

const describeRendered = noKustomize === undefined ? describe : describe.skip

interface Selector {
  matchLabels?: Record<string, string>
  matchExpressions?: { key: string; operator: 'In'; values: string[] }[]
}
interface Peer {
  podSelector?: Selector
  namespaceSelector?: Selector
}
interface Rule {
  from?: Peer[]
  to?: Peer[]
  ports?: { port: number }[]
}
interface Policy extends Manifest {
  spec: { podSelector: Selector; policyTypes: string[]; ingress?: Rule[]; egress?: Rule[] }
}

type Labels = Record<string, string>

const selects = ({ matchLabels = {}, matchExpressions = [] }: Selector, labels: Labels): boolean =>
  Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
  matchExpressions.every(({ key, values }) => values.includes(labels[key] ?? ''))

let pods: Record<string, Labels>
let policies: Policy[]

/** Whether a cluster that enforces the policies lets one pod speak to another: both sides must allow it. */
function allowed(from: string, to: string, port: number): boolean {
  const side = (self: Labels, other: Labels, type: 'Ingress' | 'Egress'): boolean => {
    const mine = policies.filter(
      ({ spec }) => spec.policyTypes.includes(type) && selects(spec.podSelector, self),
    )
    if (mine.length === 0) return true
    const rules = mine.flatMap(({ spec }) => (type === 'Ingress' ? spec.ingress : spec.egress) ?? [])
    return rules.some((rule) => {
      const peers = type === 'Ingress' ? rule.from : rule.to
      const reaches = peers?.some(
        ({ podSelector, namespaceSelector }) =>
          namespaceSelector === undefined && podSelector !== undefined && selects(podSelector, other),
      )
      return (reaches ?? true) && (rule.ports?.some((one) => one.port === port) ?? true)
    })
  }
  const [source, target] = [pods[from]!, pods[to]!]
  return side(source, target, 'Egress') && side(target, source, 'Ingress')
}

const PORTS = [4222, 5432, 6222, 8080, 8222, 9090]

describeRendered('the network policies', () => {
  beforeAll(() => {
    const manifests = rendered('overlays/dev')
    pods = Object.fromEntries(
      workloadsOf(manifests).map(({ metadata, spec }) => [metadata.name, spec.template.metadata.labels]),
    )
    pods['elsewhere'] = {}
    policies = manifests.filter((manifest): manifest is Policy => manifest.kind === 'NetworkPolicy')
  })

  it('allow the arrows of the architecture and not one more', () => {
    const open = Object.keys(pods).flatMap((from) =>
      Object.keys(pods).flatMap((to) =>
        PORTS.filter((port) => from !== to && allowed(from, to, port)).map(
          (port) => `${from} → ${to}:${port}`,
        ),
      ),
    )
    expect(open.toSorted()).toEqual(
      [
        ...['auth', 'inventory', 'booking', 'audit'].map((store) => `gateway → ${store}:8080`),
        'elsewhere → gateway:8080',
        'gateway → auth:9090',
        'booking → auth:9090',
        'booking → inventory:9090',
        ...['gateway', 'auth', 'inventory', 'booking', 'audit'].map((app) => `${app} → nats:4222`),
        ...['auth', 'inventory', 'booking', 'audit', 'migrations'].map((app) => `${app} → postgres:5432`),
      ].toSorted(),
    )
  })
})
