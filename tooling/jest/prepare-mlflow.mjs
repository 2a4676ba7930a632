import { spawnSync } from 'node:child_process'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '../..')

/**
 * Before the first test of those that need MLflow: `./claims test` installs its environments, and the run gets a
 * directory of its own for what it starts, so that two runs do not stop each other's servers.
 */
export default async function prepareMlflow() {
  process.env['CLAIMS_MLFLOW_SERVERS'] = await mkdtemp(join(tmpdir(), 'claims-mlflow-servers-'))
  process.env['CLAIMS_MLFLOW_OWNER'] = String(process.pid)
  if (process.env['CLAIMS_TESTS_INSTALL'] !== 'true') return
  const place = process.env['CLAIMS_MLFLOW'] ?? join(root, '.claims/mlflow')
  const run = spawnSync(join(root, 'tooling/mlflow-servers.sh'), [place], { stdio: ['ignore', 2, 2] })
  if (run.status !== 0)
    process.stderr.write('claims: SKIPPED: the tests of @claims/mlflow with a real server\n')
}
