export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/{packages,apps,tooling}/*/test/**/*.test.ts'],
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
  reporters: ['default', '<rootDir>/tooling/jest-reporter.mjs'],
  testTimeout: 60_000,
}
