import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { findPostgres, type RunningPostgres } from './start-postgres.ts'

/** An empty database for one test. */
export interface NewDatabase {
  /** `postgres://...` */
  readonly url: string
  /** Ends its connections and removes it. */
  drop(): Promise<void>
}

/**
 * Makes an empty database.
 *
 * @param server where; default the server of the test run
 * @throws Error where the run has no server: `describeUnless(missingPostgres(), ...)` asks before
 */
export async function newPostgresDatabase(
  server?: Pick<RunningPostgres, 'port' | 'user'>,
): Promise<NewDatabase> {
  const { port, user } = server ?? { port: Number(process.env['CLAIMS_POSTGRES_PORT']), user: 'claims' }
  const programs = findPostgres()
  if (!(port > 0) || programs === undefined) throw new Error('the test run has no server of PostgreSQL')
  const name = `claims_${randomUUID().replaceAll('-', '')}`
  const run = (program: string, words: readonly string[]): Promise<unknown> =>
    promisify(execFile)(join(programs, program), [
      ...['-h', '127.0.0.1', '-p', String(port), '-U', user],
      ...words,
    ])
  await run('createdb', ['--template', 'template0', name])
  return {
    url: `postgres://${user}@127.0.0.1:${port}/${name}`,
    drop: async () => {
      await run('dropdb', ['--force', '--if-exists', name])
    },
  }
}
