import { fileURLToPath } from 'node:url'

// Runs the tests of the packages with a Node that has no explicit resource management, which is compiled away here.
export default {
  rootDir: `${import.meta.dirname}/../..`,
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      fileURLToPath(import.meta.resolve('@swc/jest')),
      {
        jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
  testEnvironmentOptions: { customExportConditions: ['@claims/source', 'node', 'node-addons'] },
  injectGlobals: false,
  modulePathIgnorePatterns: ['<rootDir>/.claims/'],
  testMatch: ['<rootDir>/{packages,apps}/*/test/**/*.test.ts'],
  testTimeout: 60_000,
}
