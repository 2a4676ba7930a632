import { existsSync } from 'node:fs'

const tests = {
  rootDir: import.meta.dirname,
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: { parser: { syntax: 'typescript' }, target: 'es2023' },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
  testEnvironmentOptions: { customExportConditions: ['@claims/source', 'node', 'node-addons'] },
  injectGlobals: false,
  modulePathIgnorePatterns: ['<rootDir>/.claims/'],
}

// `./claims test` places the official library there; the tests of @claims/xgboost run a second time with it.
const official = `${import.meta.dirname}/.claims/xgboost/xgboost/lib/libxgboost.so`

export default {
  projects: [
    { ...tests, testMatch: ['<rootDir>/{packages,apps,tooling}/*/test/**/*.test.ts'] },
    ...(existsSync(official)
      ? [
          {
            ...tests,
            displayName: 'official library',
            testMatch: ['<rootDir>/packages/xgboost/test/**/*.test.ts'],
            setupFiles: ['<rootDir>/tooling/official-library.mjs'],
          },
        ]
      : []),
  ],
  globalTeardown: '<rootDir>/tooling/stop-mlflow.mjs',
  reporters: ['default', '<rootDir>/tooling/jest-reporter.mjs'],
  testTimeout: 60_000,
}
