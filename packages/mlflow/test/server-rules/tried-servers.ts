import { readFileSync } from 'node:fs'
import { startMlflow, type RunningMlflow } from '../servers/start-mlflow.ts'
import { startPostgres } from '../servers/start-postgres.ts'
import type { Outcomes } from './try-values.ts'

/** The servers whose rules are written down: stores differ, because columns of PostgreSQL have lengths. */
export const triedServers = ['2.22.5', '3.17.0', '3.17.0 with PostgreSQL'] as const
/** One of them. */
export type TriedServer = (typeof triedServers)[number]

export const rulesFile = new URL('../server-rules.json', import.meta.url)

/** What `write-server-rules.ts` found. */
export function readRules(): Readonly<Record<TriedServer, Outcomes>> {
  return JSON.parse(readFileSync(rulesFile, 'utf8')) as Readonly<Record<TriedServer, Outcomes>>
}

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
