import { existsSync } from 'node:fs'
import {
  kindOf,
  needsMlflow,
  needsPostgres,
  testFiles,
  testKinds,
} from './tooling/repository/src/test-files.ts'

const root = import.meta.dirname
const kind = process.env['CLAIMS_TESTS_KIND'] ?? ''
if (kind !== '' && !testKinds.includes(kind))
  throw new RangeError(`no kind of test is called ${kind}; there are ${testKinds.join(', ')}`)

const tests = {
  rootDir: root,
  testEnvironment: `${root}/tooling/jest/environment.mjs`,
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': `${root}/tooling/jest/strip-types.mjs` },
  testEnvironmentOptions: { customExportConditions: ['@claims/source', 'node', 'node-addons'] },
  injectGlobals: false,
  ...((process.env['CLAIMS_TESTS_SEED'] ?? '') !== '' && {
    moduleNameMapper: { '^fast-check$': `${root}/tooling/jest/fast-check.mjs` },
  }),
  modulePathIgnorePatterns: ['<rootDir>/.claims/'],
}

const files = testFiles(root).filter((path) => kind === '' || kindOf(path) === kind)
const onMlflow = new Set(files.filter((path) => needsMlflow(root, path)))
const onPostgres = new Set(files.filter((path) => !onMlflow.has(path) && needsPostgres(root, path)))
const official = existsSync(`${root}/.claims/xgboost/xgboost/lib/libxgboost.so`)

/** The files of a project; an empty list would mean Jest's default. */
const matching = (paths) =>
  paths.length > 0 ? paths.map((path) => `<rootDir>/${path}`) : ['<rootDir>/no-test']

/**
 * What a project needs is prepared when one of its files is among the chosen ones. Only `./claims test` installs
 * anything; without that, what is missing is skipped and told.
 */
export default {
  projects: [
    { ...tests, testMatch: matching(files.filter((path) => !onMlflow.has(path) && !onPostgres.has(path))) },
    {
      ...tests,
      displayName: 'MLflow',
      testMatch: matching([...onMlflow]),
      globalSetup: '<rootDir>/tooling/jest/prepare-mlflow.mjs',
      globalTeardown: '<rootDir>/tooling/jest/stop-mlflow.mjs',
    },
    {
      ...tests,
      displayName: 'PostgreSQL',
      testMatch: matching([...onPostgres]),
      globalSetup: '<rootDir>/tooling/servers/jest/prepare-postgres.mjs',
      globalTeardown: '<rootDir>/tooling/servers/jest/stop-postgres.mjs',
    },
    ...(official || process.env['CLAIMS_TESTS_INSTALL'] === 'true'
      ? [
          {
            ...tests,
            displayName: 'official library',
            testMatch: matching(files.filter((path) => path.startsWith('packages/xgboost/'))),
            globalSetup: '<rootDir>/tooling/jest/prepare-official-library.mjs',
            setupFiles: ['<rootDir>/tooling/jest/official-library.mjs'],
          },
        ]
      : []),
  ],
  // Tests use one thread each, so two files at a time suit two cores.
  maxWorkers: 2,
  reporters: ['default', '<rootDir>/tooling/jest/closing-line.mjs'],
  testTimeout: 60_000,
}
