import { running } from './running-postgres.mjs'

/** After the last test: ends the server of PostgreSQL that this run started. */
export default async function stopPostgres() {
  for (const server of running.splice(0)) await server.stop()
}
