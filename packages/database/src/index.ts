export { databaseAddress, type DatabaseAddress } from './database-address.ts'
export type { Database, DatabaseKind } from './database.ts'
export type { DatabaseSettings } from './database-settings.ts'
export { openDatabase } from './open-database.ts'
export { transaction, type TransactionOptions } from './transaction.ts'
export { migrate, type MigrateOptions } from './migrations/migrate.ts'
export { schemaStatus, type AppliedMigration, type SchemaStatus } from './migrations/schema-status.ts'
export type { ColumnTypes, Migration } from './migrations/migration.ts'
export { appendWithin } from './ledger/append-within.ts'
export { DatabaseLedger } from './ledger/database-ledger.ts'
export { dropWithin } from './ledger/drop-within.ts'
export { noteInLedger } from './ledger/note-in-ledger.ts'
export { DatabasePredictionLog } from './predictions/database-prediction-log.ts'
export type { KeysToDestroy } from './subjects/destroy-keys.ts'
export { DatabaseSubjectKeyStore } from './subjects/database-subject-key-store.ts'
export { DatabaseDocumentStore } from './documents/database-document-store.ts'
export type { Schema } from './schema.ts'
export { readBackupKey, writeNewBackupKey } from './backup/backup-key.ts'
export { writeBackup, type BackupOptions, type BackupSummary } from './backup/write-backup.ts'
export { watchLedger, type DatabaseWatch, type WatchOptions } from './watch/watch-ledger.ts'
export {
  restoreBackup,
  verifyBackup,
  type BackupFile,
  type RestoreOptions,
  type RestoreSummary,
} from './backup/restore-backup.ts'
