import { readFileSync } from 'node:fs'

import { beforeAll, describe, expect, it } from '@jest/globals'
import { KEPT_UNUSED_MS } from '@kitroom/http'

import { APPS, STORES } from '../local/services/services.ts'
import { ownCommandOf } from './read/image-command.ts'
import { madeSecrets } from './read/installation.ts'
import { unknownKeys, validate } from './read/known-types.ts'
import { type Manifest, noKustomize, type Overlay, OVERLAYS, rendered } from './read/manifests.ts'
import { containersOf, environmentOf, ingredientsOf, type Workload, workloadsOf } from './read/pods.ts'
import { unknownTo } from './read/service-configs.ts'

if (noKustomize !== undefined) console.log(noKustomize)
const describeRendered = noKustomize === undefined ? describe : describe.skip

const all = {} as Record<Overlay, Manifest[]>
const deploymentOf = (overlay: Overlay, app: string): Workload =>
  workloadsOf(all[overlay]).find(({ kind, metadata }) => kind === 'Deployment' && metadata.name === app)!
const ofKind = (overlay: Overlay, kind: string) => all[overlay].filter((manifest) => manifest.kind === kind)

describe('deploy/kubernetes, as it is written', () => {
  it('has services that stop go on answering for longer than the gateway keeps a connection unused (OPS-1)', () => {
    const base = readFileSync(new URL('../kubernetes/base/kustomization.yaml', import.meta.url), 'utf8')
    const [, seconds] = /^ +- DRAIN_SECONDS=(\d+)$/m.exec(base) ?? []
    expect(1_000 * Number(seconds)).toBeGreaterThan(KEPT_UNUSED_MS)
  })
})

describeRendered('deploy/kubernetes', () => {
  beforeAll(() => {
    for (const overlay of OVERLAYS) all[overlay] = rendered(overlay)
  })

  it('is what the schemas of Kubernetes and CloudNativePG allow', async () => {
    for (const manifest of OVERLAYS.flatMap((overlay) => all[overlay])) await validate(manifest)
  })

  it('has no key that those schemas do not know', () => {
    expect(unknownKeys([...all['overlays/dev'], ...all['overlays/production']])).toBe('')
    const misspelt = { ...deploymentOf('base', 'auth'), spec: { replicass: 2 } }
    expect(unknownKeys([misspelt])).toMatch(/replicass.*does not exist in type 'IDeploymentSpec'/)
  })

  describe.each(OVERLAYS)('%s', (overlay) => {
    it.each(APPS)('gives %s every variable that it needs and none that it does not know', (app) => {
      const [container] = containersOf(deploymentOf(overlay, app))
      const environment = environmentOf(container!, all[overlay])
      const allowed = new Set([...ingredientsOf(container!), ...SHARED_SETTINGS])
      expect(unknownTo(app, environment).filter((name) => !allowed.has(name))).toEqual([])
    })

    it.each(APPS)('starts %s with as much memory as npm start does', (app) => {
      const [container] = containersOf(deploymentOf(overlay, app))
      expect(container?.args).toEqual(ownCommandOf(app))
    })

    it('refers only to secrets and keys that npm run secrets makes', () => {
      for (const workload of workloadsOf(all[overlay])) {
        for (const container of containersOf(workload)) environmentOf(container, all[overlay])
      }
    })

    it('runs every pod as the restricted policy demands, without a token of the cluster', () => {
      for (const workload of workloadsOf(all[overlay])) {
        const { spec } = workload.spec.template
        expect(spec.automountServiceAccountToken).toBe(false)
        expect(spec.securityContext).toMatchObject({
          runAsNonRoot: true,
          seccompProfile: { type: 'RuntimeDefault' },
        })
        for (const { securityContext, resources } of containersOf(workload)) {
          expect(securityContext).toMatchObject({
            allowPrivilegeEscalation: false,
            capabilities: { drop: ['ALL'] },
          })
          expect(resources).toMatchObject({
            requests: { cpu: expect.any(String) },
            limits: { memory: expect.any(String) },
          })
        }
      }
    })

    it('migrates in a Job: the roles first, then each schema as its owner', () => {
      const job = workloadsOf(all[overlay]).find(({ kind }) => kind === 'Job')!
      const [provisioning, ...rest] = containersOf(job)
      expect(job.spec.template.spec.initContainers).toEqual([provisioning])
      expect(
        unknownTo('provisioning', environmentOf(provisioning!, all[overlay])).filter(
          (name) => name !== 'ADMIN_PASSWORD',
        ),
      ).toEqual([])
      expect(rest.map(({ name }) => name)).toEqual([...STORES])
      for (const container of rest) {
        const { MIGRATION_DATABASE_URL: url } = environmentOf(container, all[overlay])
        expect(url).toMatch(
          new RegExp(`^postgres://kitroom_${container.name}_owner:[^@$]+@postgres-rw:5432/kitroom$`),
        )
        expect(container.image).toBe(containersOf(deploymentOf(overlay, container.name))[0]?.image)
      }
    })
  })

  it.each(OVERLAYS.slice(1))('pins every image of %s to a version', (overlay) => {
    for (const { image } of workloadsOf(all[overlay]).flatMap(containersOf)) {
      expect(image).toMatch(/:\d+\.\d+(\.\d+)?(-[a-z]+)?$/)
    }
  })

  it.each(APPS)('rolls %s without losing a request, and spreads it', (app) => {
    const { replicas, strategy, template } = deploymentOf('base', app).spec
    expect(replicas).toBe(2)
    expect(strategy?.rollingUpdate).toEqual({ maxSurge: 1, maxUnavailable: 0 })
    const drain = Number(environmentOf(template.spec.containers[0]!, all.base)['DRAIN_SECONDS'])
    // Whole seconds, and more than the gateway keeps a connection to a service unused.
    expect(drain).toBeGreaterThanOrEqual(5)
    // 15 s after it has drained a service ends itself.
    expect(template.spec.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(2 * drain + 15)
    expect(template.spec.topologySpreadConstraints).toHaveLength(2)
    const [service] = template.spec.containers
    expect(service).toMatchObject({
      startupProbe: app === 'gateway' ? { httpGet: {} } : { grpc: { port: 9090 } },
      livenessProbe: { httpGet: { path: '/health/live' } },
      // The gateway's own readiness speaks for all services: the audit's absence would be everybody's.
      readinessProbe: { httpGet: { path: app === 'gateway' ? '/health' : '/health/ready' } },
    })
    expect(service?.securityContext?.readOnlyRootFilesystem).toBe(true)
    expect(ofKind('base', 'PodDisruptionBudget').map(({ metadata }) => metadata.name)).toContain(app)
  })

  it('leaves the number of replicas to the autoscalers in production, from two on', () => {
    const scalers = ofKind('overlays/production', 'HorizontalPodAutoscaler')
    expect(scalers.map(({ metadata }) => metadata.name).toSorted()).toEqual([...APPS].toSorted())
    for (const { spec } of scalers) expect(spec).toMatchObject({ minReplicas: 2 })
    for (const app of APPS) expect(deploymentOf('overlays/production', app).spec.replicas).toBeUndefined()
  })

  it('needs at most four fifths of the connections to PostgreSQL, with as many pods as the autoscalers may make and a rollout on top (DOS-10)', () => {
    const stores = ofKind('overlays/production', 'HorizontalPodAutoscaler')
      .filter(({ metadata }) => metadata.name !== 'gateway')
      .map(({ spec }) => (spec as { maxReplicas: number }).maxReplicas)
    const [{ spec }] = ofKind('overlays/production', 'Cluster') as unknown as [
      { spec: { postgresql: { parameters: { max_connections: string } } } },
    ]
    const needed = stores.reduce((sum, most) => sum + (most + 1) * CONNECTIONS_OF_A_PROCESS, 0)
    expect(needed).toBeLessThanOrEqual(0.8 * Number(spec.postgresql.parameters.max_connections))
  })

  it('waits in production for a second copy of every commit, three instances and three brokers', () => {
    expect(ofKind('overlays/production', 'Cluster')).toMatchObject([
      {
        spec: {
          instances: 3,
          enableSuperuserAccess: false,
          postgresql: { synchronous: { number: 1, dataDurability: 'required' } },
        },
      },
    ])
    const [container] = containersOf(deploymentOf('overlays/production', 'booking'))
    expect(environmentOf(container!, all['overlays/production'])).toMatchObject({ NATS_REPLICAS: '3' })
  })

  it('lets each secret be read by whom it is for only', () => {
    for (const app of APPS) {
      const names = workloadsOf(all['overlays/production'])
        .filter(({ metadata }) => metadata.name === app)
        .flatMap(containersOf)
        .flatMap(({ env = [] }) => env.flatMap(({ valueFrom }) => valueFrom?.secretKeyRef?.name ?? []))
      expect(new Set(names)).toEqual(new Set([`kitroom-${app}`, 'kitroom-public-keys']))
    }
    expect(Object.keys(madeSecrets)).toContain('kitroom-database-admin')
  })
})

/** Ten of the pool, and those that listen, relay and wait for an operator. */
const CONNECTIONS_OF_A_PROCESS = 14

/** Of the config map that all services read; not each needs each. */
const SHARED_SETTINGS = [
  'GRPC_PORT',
  'TOKEN_ISSUER',
  'TOKEN_AUDIENCE',
  'DRAIN_SECONDS',
  'TRUSTED_PROXIES',
  'NATS_REPLICAS',
]
