// No transformer: Jest hands .ts files to Node's own type stripping, so lines in stack traces are the file's.
export default {
  testEnvironment: 'node',
  testMatch: ['**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/', '/\\.kitroom/'],
  modulePathIgnorePatterns: ['/dist/', '/\\.kitroom/'],
  transform: {},
  extensionsToTreatAsEsm: ['.ts'],
  testEnvironmentOptions: { customExportConditions: ['@kitroom/source', 'node', 'node-addons'] },
  globalSetup: './packages/testing/src/global-setup.ts',
  globalTeardown: './packages/testing/src/global-teardown.ts',
  // Many tests start a PostgreSQL of their own, and the machine may be doing other things.
  testTimeout: 120_000,
  maxWorkers: 2,
  coverageProvider: 'v8',
}
