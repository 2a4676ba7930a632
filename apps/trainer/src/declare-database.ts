import type { Command } from 'commander'
import type { BackupOptions, DatabaseOptions, RestoreOptions } from './command-options.ts'
import type { Start } from './start.ts'

/** Declares `claims database` with its commands. */
export function declareDatabase(database: Command, start: Start): void {
  database
    .description('the tables of the product, on SQLite or PostgreSQL')
    .addHelpText('after', example('claims database migrate'))
  place(database.command('migrate'))
    .description('bring the tables to this product; those who start at once wait for each other')
    .addHelpText('after', example('claims database migrate'))
    .action((options: DatabaseOptions) =>
      start(async () => (await import('./commands/database.ts')).migrateDatabase, options),
    )
  place(database.command('status'))
    .description('how far the tables are; exit 1 when migrate has something to do')
    .addHelpText('after', example('claims database status'))
    .action((options: DatabaseOptions) =>
      start(async () => (await import('./commands/database.ts')).databaseStatus, options),
    )
  key(place(database.command('backup')))
    .description('one state of all tables in one encrypted file, for a database of either kind')
    .requiredOption('--out <file>', 'file to write; a name that is free')
    .option('--new-key', 'make the key; without its file no backup can be restored')
    .addHelpText(
      'after',
      example('claims database backup --out claims.backup --key-file backup.key --new-key'),
    )
    .action((options: BackupOptions) =>
      start(async () => (await import('./commands/database.ts')).backupDatabase, options),
    )
  key(place(database.command('restore')))
    .description('restore a backup into an empty database; nothing is written where anything in it is wrong')
    .requiredOption('--from <file>', 'file that backup wrote')
    .option(
      '--erasures <file>',
      'list of claims subjects erasures: whose keys are left out, beside the list in CLAIMS_HOME',
    )
    .option(
      '--without-erasures',
      'restore although there is no list: whoever was erased since the backup is back',
    )
    .addHelpText('after', example('claims database restore --from claims.backup --key-file backup.key'))
    .action((options: RestoreOptions) =>
      start(async () => (await import('./commands/database.ts')).restoreDatabase, options),
    )
}

function place(command: Command): Command {
  return command.option(
    '--database <url>',
    'sqlite:PATH, a path, or postgres://...; by default DATABASE_URL, which keeps a password out of sight',
  )
}

function key(command: Command): Command {
  return command.requiredOption('--key-file <file>', 'file of the 32 bytes of the key')
}

function example(text: string): string {
  return `\nExample:\n  ${text}`
}
