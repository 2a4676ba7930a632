import { startPostgres } from '@claims/servers/postgres'
import { startMlflow, type RunningMlflow } from '../servers/start-mlflow.ts'
import type { TriedServer } from './rules.ts'

/** Runs work on a server of its own. */
export async function withServer<T>(
  name: TriedServer,
  work: (server: RunningMlflow) => Promise<T>,
): Promise<T> {
  const postgres = name === '3.17.0 with PostgreSQL' ? await startPostgres() : undefined
  try {
    const version = name === '2.22.5' ? name : '3.17.0'
    const server = await startMlflow({ version, ...(postgres && { store: postgres.uri }) })
    try {
      return await work(server)
    } finally {
      await server.stop()
    }
  } finally {
    await postgres?.stop()
  }
}
