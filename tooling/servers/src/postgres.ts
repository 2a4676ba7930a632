export { newPostgresDatabase, type NewDatabase } from './new-postgres-database.ts'
export {
  findPostgres,
  missingPostgres,
  startPostgres,
  type PostgresOptions,
  type RunningPostgres,
} from './start-postgres.ts'
