import { APPS, STORES } from '../services/services.ts'

type Data = Record<string, string>

/** Which secret holds which variables: each service can be given its own and nobody else's. */
const SECRETS: Readonly<Record<string, readonly string[]>> = {
  'kitroom-database-admin': ['POSTGRES_PASSWORD'],
  'kitroom-provisioning': STORES.flatMap((store) => [
    `${store.toUpperCase()}_DATABASE_PASSWORD`,
    `${store.toUpperCase()}_OWNER_PASSWORD`,
  ]),
  'kitroom-public-keys': ['SERVICE_PUBLIC_KEYS'],
  'kitroom-nats-operator': ['NATS_PASSWORD_OPERATOR'],
  ...Object.fromEntries(APPS.map((app) => [`kitroom-${app}`, variablesOf(app)])),
}

function variablesOf(app: (typeof APPS)[number]): string[] {
  const name = app.toUpperCase()
  const own = [`${name}_PRIVATE_KEY`, `NATS_PASSWORD_${name}`]
  if (app === 'gateway') return own
  return [
    ...own,
    `${name}_DATABASE_PASSWORD`,
    ...(app === 'auth' ? ['KEY_ENCRYPTION_KEY', 'BOOTSTRAP_TOKEN'] : []),
  ]
}

/** The database's first role, as CloudNativePG wants it told. */
const ADMIN = 'kitroom_admin'

/** Secret objects for `kubectl apply -f -`; JSON is YAML. */
export function kubernetesSecrets(variables: Data): string {
  const documents = Object.entries(SECRETS).map(([name, keys]) =>
    name === 'kitroom-database-admin'
      ? secret(name, 'kubernetes.io/basic-auth', {
          username: ADMIN,
          password: variables['POSTGRES_PASSWORD'] ?? '',
        })
      : secret(name, 'Opaque', Object.fromEntries(keys.map((key) => [key, variables[key] ?? '']))),
  )
  return documents.map((document) => `---\n${JSON.stringify(document, undefined, 2)}\n`).join('')
}

const secret = (name: string, type: string, stringData: Data) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name, labels: { 'app.kubernetes.io/part-of': 'kitroom' } },
  type,
  stringData,
})
