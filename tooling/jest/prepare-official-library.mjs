import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'

const root = resolve(import.meta.dirname, '../..')

/** Before the first test that runs with the official library: `./claims test` places it where it can be had. */
export default function prepareOfficialLibrary() {
  const placed = `${root}/.claims/xgboost`
  if (existsSync(`${placed}/xgboost/lib/libxgboost.so`) || process.env['CLAIMS_TESTS_INSTALL'] !== 'true')
    return
  const run = spawnSync(
    process.execPath,
    [
      '--conditions=@claims/source',
      '--disable-warning=ExperimentalWarning',
      `${root}/packages/xgboost/src/xgboost-library.ts`,
      'install',
      '--directory',
      placed,
    ],
    { stdio: ['ignore', 2, 2] },
  )
  if (run.status !== 0)
    process.stderr.write(
      'claims: SKIPPED: the tests of @claims/xgboost with the official library; they run with the carried one\n',
    )
}
