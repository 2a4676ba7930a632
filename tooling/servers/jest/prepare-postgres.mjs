import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { findPostgres, startPostgres } from '../src/start-postgres.ts'
import { running } from './running-postgres.mjs'

/**
 * Before the first test of those that need PostgreSQL: `./claims test` installs it in CI, and the run gets a server of its
 * own, in which each test makes its databases. The server ends with this process, however that ends.
 */
export default async function preparePostgres() {
  if (process.env['CLAIMS_TESTS_INSTALL'] === 'true')
    spawnSync(join(import.meta.dirname, '../install-postgres.sh'), [], { stdio: ['ignore', 2, 2] })
  if (findPostgres() === undefined) {
    process.stderr.write('claims: SKIPPED: the tests that need PostgreSQL\n')
    return
  }
  const server = await startPostgres({ user: 'claims' })
  running.push(server)
  process.env['CLAIMS_POSTGRES_PORT'] = String(server.port)
}
