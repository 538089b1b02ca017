import { defineConfig } from 'eslint/config'
import simpleImportSort from 'eslint-plugin-simple-import-sort'
import tseslint from 'typescript-eslint'

const defaultExport = {
  selector: 'ExportDefaultDeclaration',
  message: 'Export by name: a name is found by searching, and renaming it is seen by the compiler.',
}

const environment = {
  selector: "MemberExpression[object.name='process'][property.name='env']",
  message: 'Only config.ts reads the environment, through one schema that reports every problem at once.',
}

export default defineConfig(
  {
    ignores: [
      '**/node_modules/',
      '**/dist/',
      '**/coverage/',
      '**/.kitroom/',
      '**/src/generated/',
      'bench/results/',
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    plugins: { 'simple-import-sort': simpleImportSort },
    rules: {
      eqeqeq: 'error',
      'no-console': 'error',
      'simple-import-sort/imports': 'error',
      'simple-import-sort/exports': 'error',
    },
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      'no-restricted-syntax': ['error', defaultExport, environment],
      'no-restricted-imports': [
        'error',
        {
          paths: [
            {
              name: 'node:process',
              message: 'The global `process` is enough, and the rule on `process.env` sees it.',
            },
          ],
          patterns: [
            {
              group: ['@kitroom/*/src', '@kitroom/*/src/**', '**/packages/*/src/**', '@kitroom/*/dist/**'],
              message: 'Import what the package exports, not its inside.',
            },
          ],
        },
      ],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/consistent-type-exports': [
        'error',
        { fixMixedExportsWithInlineTypeSpecifier: true },
      ],
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { args: 'all', argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      // Promise.withResolvers<void>() is a valid place for void.
      '@typescript-eslint/no-invalid-void-type': 'off',
      // Rows, registries and listeners are typed by the caller's word for them; the return type cannot infer it.
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
    },
  },
  {
    // The places that may read the environment, and why: config.ts is the rule itself; the preload runs before any
    // config; deploy/local and e2e hand an environment on to the processes they start.
    files: [
      '**/config.ts',
      'packages/service/src/telemetry.ts',
      'packages/local-servers/src/**/*.ts',
      'packages/testing/src/**/*.ts',
      'deploy/local/**/*.ts',
      'e2e/**/*.ts',
      'bench/**/*.ts',
      '**/*.test.ts',
    ],
    rules: { 'no-restricted-syntax': ['error', defaultExport] },
  },
  {
    // What strangers must not guess comes from node:crypto (SEC-6).
    files: ['packages/*/src/**/*.ts', 'services/*/src/**/*.ts', 'deploy/**/*.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        {
          object: 'Math',
          property: 'random',
          message: 'It can be predicted. Use node:crypto; only pauses may be scattered by it.',
        },
      ],
    },
  },
  {
    // Of an import Node loads more than is asked for.
    files: ['packages/*/src/**/*.ts', 'services/*/src/**/*.ts'],
    ignores: ['**/*.test.ts', 'packages/testing/**'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          paths: [
            {
              name: 'node:http',
              allowTypeImports: true,
              message: 'Take it from node-http.ts of @kitroom/http.',
            },
          ],
        },
      ],
    },
  },
  {
    // Pauses that are scattered, so that many do not try again at the same moment: nothing hangs on their secrecy.
    files: [
      'packages/database/src/transaction.ts',
      'packages/events/src/consuming/deliver.ts',
      'packages/events/src/relaying/relay.ts',
      'packages/events/src/pause.ts',
      'packages/service/src/repeatedly.ts',
    ],
    rules: { 'no-restricted-properties': 'off' },
  },
  {
    // Jest asks for these as default exports, and they hand the servers' addresses to the tests by the environment.
    files: ['**/global-setup.ts', '**/global-teardown.ts'],
    rules: { 'no-restricted-syntax': 'off' },
  },
  {
    // Programs for a person at a terminal print.
    files: ['deploy/**', 'bench/**', '**/codegen.ts', '**/openapi-document.ts', '**/migrate.ts'],
    rules: { 'no-console': 'off' },
  },
  {
    // Response bodies are `any` until an expectation looks at them, and matchers are typed as `any`.
    files: ['**/*.test.ts', '**/test/**/*.ts', 'e2e/**/*.ts'],
    rules: {
      'no-console': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-empty-function': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
)
